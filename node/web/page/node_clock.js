// The clock of the node's machine, as far as its messages tell: the browser may run elsewhere and
// its clock be wrong. A message is always late, so the greatest difference is nearest to the truth.

const SAMPLES_MAX = 8;

export class Clock {
    constructor() {
        this.samples = [];
    }

    /** A message of now says that it was made at that moment. */
    note(at) {
        if (!Number.isFinite(at)) return;
        this.samples.push(at - Date.now());
        if (this.samples.length > SAMPLES_MAX) this.samples.shift();
    }

    now() {
        return Date.now() + (this.samples.length ? Math.max(...this.samples) : 0);
    }
}
