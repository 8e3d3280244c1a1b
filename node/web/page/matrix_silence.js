// The rows of the matrix of which nothing is known: hatched, with a word that says why.

import { font, theme } from './canvas.js';

const STEP = 7;
const WORD_SIZE = 13;
const WORD_MARGIN = 8;

/** Lines from the lower left to the upper right, all over the rectangle. */
function hatch(context, { x, y, width, height }) {
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.fillStyle = theme().raised;
    context.fill();
    context.clip();
    context.strokeStyle = theme().link;
    context.lineWidth = 1;
    context.beginPath();
    for (let start = x - height; start < x + width; start += STEP) {
        context.moveTo(start, y + height);
        context.lineTo(start + height, y);
    }
    context.stroke();
    context.restore();
}

/** The word in the middle, on a ground of its own; where it does not fit, the list has it. */
function write(context, word, { x, y, width, height }) {
    context.font = font(WORD_SIZE);
    const wide = context.measureText(word).width + 2 * WORD_MARGIN;
    const high = WORD_SIZE + WORD_MARGIN;
    if (wide > width || high > height) return;
    const [middleX, middleY] = [x + width / 2, y + height / 2];
    context.fillStyle = theme().surface;
    context.beginPath();
    context.roundRect(middleX - wide / 2, middleY - high / 2, wide, high, 4);
    context.fill();
    context.fillStyle = theme().muted;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(word, middleX, middleY + 0.5);
}

/** Paints over the rows of those who did not answer; the matrix has been drawn with that layout. */
export function paintSilence(context, matrix, layout) {
    let row = 0;
    for (const group of matrix.groups) {
        const last = row + group.names.length - 1;
        if (!group.isAnswered) {
            const [x, y] = [layout.places[0], layout.places[row]];
            const box = { x, y, width: layout.end - x,
                height: layout.places[last] + layout.cell - y };
            hatch(context, box);
            write(context, group.word, box);
        }
        row = last + 1;
    }
}
