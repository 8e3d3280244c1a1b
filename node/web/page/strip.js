// The strip of a member: what it was held for over the window of the timeline. The height of a span
// says its state as well as its colour: alive is a thin line, failed a full bar.

import { font, prepared, theme } from './canvas.js';
import { lookOf } from './states.js';
import { span } from './words.js';

const HEIGHT = 16;
const HEIGHTS = { alive: 4, suspect: 10, failed: 16, left: 8 };

function drawSpan(context, state, x, width) {
    const colours = theme();
    const height = HEIGHTS[state];
    if (!height) return;
    context.fillStyle = colours[state];
    context.strokeStyle = colours[state];
    const y = (HEIGHT - height) / 2;
    if (state === 'left') {
        context.lineWidth = 1;
        context.strokeRect(x + 0.5, y + 0.5, Math.max(width - 1, 1), height - 1);
    } else {
        context.fillRect(x, y, Math.max(width, 1.5), height);
    }
    if (width < 12 || state === 'alive' || state === 'left') return;
    context.fillStyle = colours['on-mark'];
    context.font = font(9, 600);
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(lookOf(state).letter, x + width / 2, HEIGHT / 2 + 0.5);
}

/** Draws the strip of one member, unless it would look the same. `range` is {from, to, cursor}. */
export function drawStrip(canvas, tracks, name, range, width) {
    // Nobody sees that it has moved by less than a pixel.
    const step = Math.max(1, (range.to - range.from) / width);
    const key = [name, tracks.versionOf(name), Math.floor(range.to / step), width,
        range.to - range.from, range.cursor, range.gaps.length, theme().surface].join('/');
    if (canvas.drawnKey === key || width <= 0) return;
    canvas.drawnKey = key;
    const context = prepared(canvas, width, HEIGHT);
    const scale = width / (range.to - range.from);
    const spans = tracks.spans(name, range.from, range.to);
    // What is worse is drawn later, so that a short failure is not hidden.
    for (const wanted of ['alive', 'left', 'suspect', 'failed']) {
        for (const { from, to, state } of spans) {
            if (state !== wanted) continue;
            drawSpan(context, state, (from - range.from) * scale, (to - from) * scale);
        }
    }
    for (const { from, to } of range.gaps) {
        const x = (from - range.from) * scale;
        const until = ((to ?? range.to) - range.from) * scale;
        if (until > 0) drawGap(context, x, until - x, HEIGHT);
    }
    drawCursor(context, range, scale);
    canvas.setAttribute('aria-label', textOf(spans));
}

/** Where nothing is known: dots in the middle instead of what stands there. */
export function drawGap(context, x, width, height) {
    context.clearRect(x, 0, width, height);
    context.fillStyle = theme().unknown;
    for (let dot = x + 1; dot < x + width; dot += 6) context.fillRect(dot, height / 2 - 1, 2, 2);
}

function drawCursor(context, range, scale) {
    if (range.cursor === null) return;
    context.fillStyle = theme().accent;
    context.fillRect((range.cursor - range.from) * scale - 1, 0, 2, HEIGHT);
}

/** "alive 4m10s, then failed 42s". */
function textOf(spans) {
    const told = spans.filter(({ state }) => state).slice(-5);
    if (told.length === 0) return 'nothing recorded';
    return told.map(({ from, to, state }) => `${lookOf(state).word} ${span(to - from)}`)
        .join(', then ');
}
