// The matrix of views: a row says what its member holds each other for. A pointer or the arrow keys
// choose a cell; the line below tells of it in words. Large clusters are drawn pixel by pixel.

import { fitted, font, keepSquare, prepared, readAloudOnFocus, theme } from './canvas.js';
import { byId, element, setAttribute, setText } from './dom.js';
import { matrixOf, matrixText } from './matrix_model.js';
import { paintPixels } from './matrix_pixels.js';
import { paintSilence } from './matrix_silence.js';
import { lookOf } from './states.js';
import { shown } from './words.js';

const SIZE_MAX = 460;
const LABEL_WIDTH_MAX = 74;
const LABELS_MAX = 40;
const LABELLED_CELL_MIN = 11;
const LETTER_CELL_MIN = 13;
const GROUP_GAP = 5;
const MOVES = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

/** Where each row and column begins; groups stand a little apart. */
function layoutOf(matrix, size, labelWidth) {
    const gaps = GROUP_GAP * (matrix.groups.length - 1);
    const count = Math.max(matrix.names.length, 1);
    const labelled = (size - labelWidth - gaps) / count;
    const hasLabels = labelled >= LABELLED_CELL_MIN;
    const start = hasLabels ? labelWidth : 2;
    const cell = Math.min((size - start - 2 - gaps) / count, 56);
    const places = [];
    let place = start;
    for (const group of matrix.groups) {
        for (let i = 0; i < group.names.length; i += 1) {
            places.push(place);
            place += cell;
        }
        place += GROUP_GAP;
    }
    return { size, start, cell, places, hasLabels, end: place - GROUP_GAP };
}

/** A pale ground for a letter; where none fits, the colour alone has to tell. */
function fillOf(state, size) {
    const isPale = state === 'alive' || size >= LETTER_CELL_MIN;
    return theme()[isPale ? `${state}-fill` : state] ?? theme()['unknown-fill'];
}

export class Matrix {
    constructor(onSelect) {
        this.canvas = byId('matrix');
        this.readout = byId('matrix-readout');
        this.views = byId('views');
        this.onSelect = onSelect;
        this.size = 0;
        this.cursor = null;
        this.drawn = '';
        keepSquare(this, SIZE_MAX);
        this.listen();
    }

    listen() {
        readAloudOnFocus(this.canvas, this.readout);
        this.canvas.addEventListener('pointermove', (event) => this.point(this.cellAt(event)));
        this.canvas.addEventListener('pointerleave', () => this.point(null));
        this.canvas.addEventListener('blur', () => this.point(null));
        this.canvas.addEventListener('click', (event) => this.choose(this.cellAt(event)));
        this.canvas.addEventListener('keydown', (event) => this.press(event));
    }

    press(event) {
        const [row, column] = this.cursor ?? [0, 0];
        const last = this.matrix.names.length - 1;
        const move = MOVES[event.key];
        const clamp = (place) => Math.max(0, Math.min(last, place));
        if (move && !this.cursor) this.point([0, 0]);
        else if (move) this.point([clamp(row + move[0]), clamp(column + move[1])]);
        else if (event.key === 'Enter' || event.key === ' ') this.choose(this.cursor);
        else return;
        event.preventDefault();
    }

    cellAt(event) {
        const box = this.canvas.getBoundingClientRect();
        const find = (offset) => this.layout.places.findIndex((place) =>
            offset >= place && offset < place + this.layout.cell);
        const [row, column] = [find(event.clientY - box.top), find(event.clientX - box.left)];
        return row < 0 || column < 0 ? null : [row, column];
    }

    point(cell) {
        if (String(cell) === String(this.cursor)) return;
        this.cursor = cell;
        this.refresh();
    }

    choose(cell) {
        if (cell) this.onSelect(this.matrix.names[cell[1]]);
    }

    /** Shows who holds whom for what in a picture. */
    draw(picture) {
        const now = [picture.survey?.at, picture.self,
            ...picture.rows.map((row) => `${row.name} ${row.state}`),
            ...(picture.ownLinks ?? []).map((link) => `${link.name} ${link.lost} ${link.observed}`)]
            .join('\n');
        if (now === this.drawn) return;
        this.drawn = now;
        this.matrix = matrixOf(picture);
        this.pixels = null;
        this.tell();
        this.refresh();
    }

    tell() {
        setText(byId('matrix-title'), matrixText(this.matrix));
        setAttribute(this.canvas, 'aria-label', `Matrix of views. ${matrixText(this.matrix)}. ` +
            'The list below says who holds whom for what. Arrow keys go from cell to cell.');
        this.views.replaceChildren(...this.matrix.groups.slice(0, 8).map((group) => {
            const item = element('li', group.isAnswered ? '' : 'silent');
            item.append(element('b', '', group.title), ` ${group.text}`);
            return item;
        }));
    }

    refresh() {
        if (!this.matrix || this.size === 0) return;
        const layout = layoutOf(this.matrix, this.size, this.labelWidth());
        this.layout = layout;
        const context = prepared(this.canvas, layout.end + 2, layout.end + 2);
        if (this.matrix.names.length > 64) {
            this.pixels = paintPixels(context, this.matrix, layout, this.pixels);
        } else {
            this.drawCells(context, layout);
        }
        paintSilence(context, this.matrix, layout);
        if (layout.hasLabels) this.drawLabels(context, layout);
        if (this.cursor) this.drawCursor(context, layout);
        setText(this.readout, this.readoutText());
    }

    labelWidth() {
        const context = this.canvas.getContext('2d');
        context.font = font(12);
        const widths = this.matrix.names.slice(0, LABELS_MAX)
            .map((name) => context.measureText(shown(name)).width);
        return Math.min(LABEL_WIDTH_MAX, Math.max(...widths, 12) + 12);
    }

    drawCells(context, layout) {
        const { names, state, hears } = this.matrix;
        names.forEach((holder, row) => names.forEach((subject, column) => {
            const cell = { x: layout.places[column], y: layout.places[row], size: layout.cell,
                state: state(holder, subject), hears: hears(holder, subject),
                isOwn: row === column };
            this.drawCell(context, cell);
        }));
    }

    drawCell(context, cell) {
        const { x, y, size, state } = cell;
        if (state === 'none') return;
        const inset = size > 8 ? 1 : 0.4;
        const width = size - 2 * inset;
        context.fillStyle = fillOf(state, size);
        context.globalAlpha = cell.isOwn ? 0.45 : 1;
        context.beginPath();
        context.roundRect(x + inset, y + inset, width, width, Math.min(3, size / 6));
        context.fill();
        context.globalAlpha = 1;
        this.markCell(context, cell);
    }

    /** The letter of a state, a dot where the row hears the column, a bar where it should and
     *  does not. */
    markCell(context, { x, y, size, state, hears }) {
        const colours = theme();
        if (state !== 'alive' && size >= LETTER_CELL_MIN) {
            context.fillStyle = state === 'unknown' ? colours.muted : colours[state];
            context.font = font(Math.min(13, size * 0.62), 600);
            context.textAlign = 'center';
            context.textBaseline = 'middle';
            context.fillText(lookOf(state).letter, x + size / 2, y + size / 2 + 0.5);
        }
        if (hears === 'lost') {
            context.strokeStyle = colours.suspect;
            context.lineWidth = Math.max(1.5, size / 8);
            context.beginPath();
            context.moveTo(x + size * 0.2, y + size * 0.8);
            context.lineTo(x + size * 0.8, y + size * 0.2);
            context.stroke();
        } else if (hears === 'heard' && state === 'alive' && size >= 7) {
            context.fillStyle = colours.alive;
            context.beginPath();
            context.arc(x + size / 2, y + size / 2, Math.max(1, size / 11), 0, 2 * Math.PI);
            context.fill();
        }
    }

    drawLabels(context, layout) {
        const colours = theme();
        context.font = font(Math.min(12, layout.cell + 1));
        context.fillStyle = colours.muted;
        context.textBaseline = 'middle';
        this.matrix.names.forEach((name, index) => {
            const middle = layout.places[index] + layout.cell / 2;
            const text = fitted(context, shown(name), layout.start - 10);
            context.textAlign = 'right';
            context.fillText(text, layout.start - 6, middle);
            context.save();
            context.translate(middle, layout.start - 6);
            context.rotate(-Math.PI / 2);
            context.textAlign = 'left';
            context.fillText(text, 0, 0);
            context.restore();
        });
    }

    drawCursor(context, layout) {
        const [row, column] = this.cursor;
        if (row >= layout.places.length || column >= layout.places.length) return;
        context.strokeStyle = theme().accent;
        context.lineWidth = 2;
        context.strokeRect(layout.places[column], layout.places[row], layout.cell, layout.cell);
    }

    readoutText() {
        if (!this.cursor) return 'Rows hold, columns are held. A dot: the row hears the column.';
        const [row, column] = this.cursor;
        const [holder, subject] = [this.matrix.names[row], this.matrix.names[column]];
        if (subject === undefined || holder === undefined) return '';
        if (holder === subject) return `${shown(holder)} about itself`;
        const state = this.matrix.state(holder, subject);
        if (state === 'none') return `What ${shown(holder)} holds is not known: no answer`;
        const hears = this.matrix.hears(holder, subject);
        const heard = hears === 'heard' ? ', and hears it'
            : hears === 'lost' ? ', but does not hear it itself' : '';
        return `${shown(holder)} holds ${shown(subject)} for ${lookOf(state).word}${heard}`;
    }
}
