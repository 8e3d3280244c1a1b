// The matrix of a large cluster: one pixel for a cell, drawn once for each picture and stretched.

import { theme } from './canvas.js';

/** The colour as four bytes; the canvas knows every way to write one. */
function bytesOf(colour) {
    const canvas = document.createElement('canvas');
    canvas.width = 1;
    canvas.height = 1;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return new Uint32Array(context.getImageData(0, 0, 1, 1).data.buffer)[0];
}

const palettes = new WeakMap();

/** The colours of the states as bytes, found once for each theme. */
function palette() {
    const colours = theme();
    if (!palettes.has(colours)) palettes.set(colours, paletteOf(colours));
    return palettes.get(colours);
}

function paletteOf(colours) {
    const states = { alive: colours['alive-fill'], suspect: colours.suspect, failed: colours.failed,
        left: colours.left, unknown: colours['unknown-fill'], none: colours.raised };
    return new Map(Object.entries(states).map(([state, colour]) => [state, bytesOf(colour)]));
}

function pixelsOf({ names, state, view }) {
    const canvas = document.createElement('canvas');
    canvas.width = names.length;
    canvas.height = names.length;
    const image = new ImageData(names.length, names.length);
    const pixels = new Uint32Array(image.data.buffer);
    const colours = palette();
    const rows = new Map();
    names.forEach((holder, index) => {
        const key = view(holder);
        const row = rows.get(key) ??
            Uint32Array.from(names, (subject) => colours.get(state(holder, subject)) ?? 0);
        rows.set(key, row);
        pixels.set(row, index * names.length);
    });
    canvas.getContext('2d').putImageData(image, 0, 0);
    return { canvas, theme: theme() };
}

/** Draws the matrix; hands out what can be used again while the picture and the colours stay. */
export function paintPixels(context, matrix, layout, former) {
    const pixels = former?.theme === theme() ? former : pixelsOf(matrix);
    context.imageSmoothingEnabled = false;
    let row = 0;
    for (const above of matrix.groups) {
        let column = 0;
        for (const beside of matrix.groups) {
            const [width, height] = [beside.names.length, above.names.length];
            context.drawImage(pixels.canvas, column, row, width, height, layout.places[column],
                layout.places[row], width * layout.cell, height * layout.cell);
            column += width;
        }
        row += above.names.length;
    }
    return pixels;
}
