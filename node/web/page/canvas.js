// Canvases: sharp on every screen, in the colours of page.css.

const NAMES = ['text', 'muted', 'line', 'surface', 'raised', 'accent', 'alive', 'suspect', 'failed',
    'left', 'unknown', 'alive-fill', 'suspect-fill', 'failed-fill', 'left-fill', 'unknown-fill',
    'on-mark', 'link', 'font'];

let colours = null;
const listeners = [];

/** The colours of now, by the names of their variables in page.css. */
export function theme() {
    if (!colours) {
        const style = getComputedStyle(document.documentElement);
        colours = Object.fromEntries(NAMES.map((name) =>
            [name, style.getPropertyValue(`--${name}`).trim()]));
    }
    return colours;
}

/** The font of the page in that size in pixels. */
export function font(size, weight = 400) {
    return `${weight} ${size}px ${theme().font}`;
}

/** Calls back when the colours have changed: light to dark, or more contrast. */
export function onTheme(listener) {
    if (listeners.length === 0) {
        for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)']) {
            matchMedia(query).addEventListener('change', () => {
                colours = null;
                for (const each of listeners) each();
            });
        }
    }
    listeners.push(listener);
}

/** Fits a canvas to that size in CSS pixels, and hands out its context, emptied. */
export function prepared(canvas, width, height) {
    const ratio = Math.min(window.devicePixelRatio || 1, 3);
    const pixels = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) {
        [canvas.width, canvas.height] = pixels;
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
}

/** The text, shortened until it is no wider. */
export function fitted(context, text, width) {
    if (context.measureText(text).width <= width) return text;
    let low = 0;
    let high = text.length;
    while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (context.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
        else high = middle - 1;
    }
    return low > 0 ? `${text.slice(0, low)}…` : '';
}

/** What is said of a canvas is read aloud only to those who are on it. */
export function readAloudOnFocus(canvas, readout) {
    canvas.addEventListener('focus', () => readout.setAttribute('aria-live', 'polite'));
    canvas.addEventListener('blur', () => readout.setAttribute('aria-live', 'off'));
}

/** Calls back when an element has another width, with that width. */
export function onWidth(element, listener) {
    let last = 0;
    new ResizeObserver(([entry]) => {
        const width = Math.floor(entry.contentRect.width);
        if (width === last) return;
        last = width;
        listener(width);
    }).observe(element);
}

/** Has a view draw its canvas anew, as a square, when the width or the colours change. */
export function keepSquare(view, sizeMax) {
    onWidth(view.canvas.parentElement, (width) => {
        view.size = Math.min(width, sizeMax);
        view.refresh();
    });
    onTheme(() => view.refresh());
}
