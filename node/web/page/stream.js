// The stream of messages of `hearsay web`. It connects again by itself, whatever ended: the page's
// connection, the program, or the machine it ran on.

const KINDS = ['node', 'members', 'status', 'links', 'views', 'event'];
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 8000;
// While its node is found something comes every second.
const QUIET_MS_MAX = 15000;

export class Stream {
    /** Calls `onMessage(kind, data)`, and `onState(isConnected)` when that changes. */
    constructor(onMessage, onState) {
        this.onMessage = onMessage;
        this.onState = onState;
        this.retryMs = RETRY_MS_MIN;
        this.isConnected = null;
        this.isFound = false;
        this.heardAt = performance.now();
        this.open();
        setInterval(() => this.checkQuiet(), 2000);
        window.addEventListener('online', () => this.reopen());
    }

    open() {
        this.source = new EventSource('events');
        this.source.onopen = () => {
            this.retryMs = RETRY_MS_MIN;
            this.heardAt = performance.now();
            this.tell(true);
        };
        this.source.onerror = () => this.lose();
        for (const kind of KINDS) {
            this.source.addEventListener(kind, (message) => this.take(kind, message.data));
        }
    }

    take(kind, text) {
        this.heardAt = performance.now();
        let data = null;
        try {
            data = JSON.parse(text);
        } catch {
            return;
        }
        if (data === null || typeof data !== 'object') return;
        if (kind === 'node') this.isFound = data.found === true;
        this.onMessage(kind, data);
    }

    /** The browser connects again and says what it has had; but after an HTTP error it gives up. */
    lose() {
        if (this.source.readyState === EventSource.CLOSED) this.retry();
        else this.tell(false);
    }

    retry() {
        this.source.close();
        this.tell(false);
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.open(), this.retryMs);
        this.retryMs = Math.min(2 * this.retryMs, RETRY_MS_MAX);
    }

    reopen() {
        if (this.isConnected) return;
        this.retryMs = RETRY_MS_MIN;
        this.retry();
    }

    /** A connection whose other end is gone without a word. */
    checkQuiet() {
        const isQuiet = performance.now() - this.heardAt > QUIET_MS_MAX;
        if (this.isConnected && this.isFound && isQuiet) this.retry();
    }

    tell(isConnected) {
        if (this.isConnected === isConnected) return;
        this.isConnected = isConnected;
        this.onState(isConnected);
    }
}
