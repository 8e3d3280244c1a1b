// The ring: every member is a point in the order of names, so that it stays in its place; the links
// that they observe are chords. Drawn anew only when something in it has changed. A pointer or the
// arrow keys choose a member; the line below tells of it in words.

import { fitted, font, keepSquare, prepared, readAloudOnFocus, theme } from './canvas.js';
import { byId, setAttribute, setText } from './dom.js';
import { edgeText, linksText, lostOf } from './links.js';
import { drawLinks } from './ring_links.js';
import { lookOf, pathOf } from './states.js';
import { count, reason, shown } from './words.js';

const SIZE_MAX = 460;
const LABELS_MAX = 40;

/** Where the points lie, and how large they are. */
function layoutOf(rows, size, labelWidth) {
    const hasLabels = rows.length <= LABELS_MAX;
    const margin = hasLabels ? Math.min(74, size * 0.19, labelWidth + 22)
        : Math.min(56, labelWidth + 16);
    const radius = size / 2 - margin;
    const room = (2 * Math.PI * radius) / Math.max(rows.length, 1);
    const points = new Map();
    rows.forEach((row, index) => {
        const angle = (2 * Math.PI * index) / rows.length - Math.PI / 2;
        points.set(row.name, { row, angle, x: size / 2 + radius * Math.cos(angle),
            y: size / 2 + radius * Math.sin(angle) });
    });
    return { size, centre: size / 2, radius, points, hasLabels,
        dot: Math.max(1.6, Math.min(9, room * 0.36)) };
}

export class Ring {
    constructor(onSelect) {
        this.canvas = byId('ring');
        this.readout = byId('ring-readout');
        this.onSelect = onSelect;
        this.size = 0;
        this.cursor = -1;
        this.drawn = '';
        keepSquare(this, SIZE_MAX);
        this.listen();
    }

    listen() {
        readAloudOnFocus(this.canvas, this.readout);
        this.canvas.addEventListener('pointermove', (event) => this.point(this.nearest(event)));
        this.canvas.addEventListener('pointerleave', () => this.point(-1));
        this.canvas.addEventListener('click', (event) => this.choose(this.nearest(event)));
        this.canvas.addEventListener('blur', () => this.point(-1));
        this.canvas.addEventListener('keydown', (event) => this.press(event));
    }

    press(event) {
        const last = this.rows.length - 1;
        const places = {
            ArrowRight: this.cursor >= last ? 0 : this.cursor + 1,
            ArrowDown: this.cursor >= last ? 0 : this.cursor + 1,
            ArrowLeft: this.cursor <= 0 ? last : this.cursor - 1,
            ArrowUp: this.cursor <= 0 ? last : this.cursor - 1,
            Home: 0, End: last,
        };
        if (event.key === 'Enter' || event.key === ' ') this.choose(this.cursor);
        else if (event.key in places) this.point(places[event.key]);
        else return;
        event.preventDefault();
    }

    nearest(event) {
        const box = this.canvas.getBoundingClientRect();
        const x = event.clientX - box.left;
        const y = event.clientY - box.top;
        let best = -1;
        let least = 18 ** 2;
        [...this.layout.points.values()].forEach((point, index) => {
            const distance = (point.x - x) ** 2 + (point.y - y) ** 2;
            if (distance < least) [best, least] = [index, distance];
        });
        return best;
    }

    point(index) {
        if (index === this.cursor) return;
        this.cursor = index;
        setAttribute(this.canvas, 'data-pointed', this.rows[index]?.name ?? null);
        this.refresh();
    }

    choose(index) {
        const row = this.rows[index];
        if (row) this.onSelect(row.name);
    }

    /** Shows a picture and what was judged of it; `selected` is the name of a member or null. */
    draw(picture, verdict, selected) {
        this.picture = picture;
        this.rows = picture.rows;
        this.edges = verdict.edges;
        this.selected = selected;
        const now = [selected, ...this.rows.map((row) => `${row.name} ${row.state}`),
            ...this.edges.map((edge) => `${edge.key} ${edge.oneHears} ${edge.otherHears}`)]
            .join('\n');
        if (now === this.drawn) return;
        this.drawn = now;
        this.tell(verdict);
        this.refresh();
    }

    refresh() {
        if (!this.rows || this.size === 0) return;
        const context = prepared(this.canvas, this.size, this.size);
        context.font = font(12);
        const widths = this.rows.slice(0, LABELS_MAX)
            .map((row) => context.measureText(shown(row.name)).width);
        this.layout = layoutOf(this.rows, this.size, Math.max(12, ...widths));
        this.cursor = Math.min(this.cursor, this.rows.length - 1);
        const pointed = this.rows[this.cursor]?.name ?? null;
        drawLinks(context, this.layout, this.edges, pointed ?? this.selected);
        this.drawPoints(context, pointed);
        this.drawNames(context, pointed);
        setText(this.readout, this.readoutText(pointed));
    }

    /** The many that are alive are one path, where they are too small for letters. */
    drawPoints(context, pointed) {
        const points = [...this.layout.points.values()];
        const isPlain = ({ row }) => this.layout.dot < 4 && row.state === 'alive' && !row.self &&
            row.name !== pointed && row.name !== this.selected;
        context.beginPath();
        for (const { x, y } of points.filter(isPlain)) {
            context.moveTo(x + this.layout.dot, y);
            context.arc(x, y, this.layout.dot, 0, 2 * Math.PI);
        }
        context.fillStyle = theme().alive;
        context.fill();
        for (const point of points) {
            if (!isPlain(point)) this.drawPoint(context, point, pointed);
        }
    }

    drawPoint(context, point, pointed) {
        const { row, x, y } = point;
        const colours = theme();
        const isStrong = row.state !== 'alive' && row.state !== 'unknown';
        const size = this.layout.dot * (isStrong ? 1.25 : 1);
        if (row.self || row.name === this.selected || row.name === pointed) {
            context.beginPath();
            context.arc(x, y, size + 4, 0, 2 * Math.PI);
            context.lineWidth = row.self ? 1.5 : 2.5;
            context.strokeStyle = colours.accent;
            context.stroke();
        }
        context.save();
        context.translate(x, y);
        context.scale(size, size);
        context.fillStyle = colours[row.state] ?? colours.unknown;
        context.fill(pathOf(row.state));
        context.restore();
        if (size < 7) return;
        context.fillStyle = colours['on-mark'];
        context.font = font(Math.round(size * 1.15), 600);
        context.textAlign = 'center';
        context.textBaseline = 'middle';
        context.fillText(lookOf(row.state).letter, x, y + (row.state === 'suspect' ? 2 : 0.5));
    }

    /** All names if there is room, else those of whom something is to be said. */
    drawNames(context, pointed) {
        const { points, hasLabels, size, centre, radius, dot } = this.layout;
        const told = [];
        for (const point of points.values()) {
            const { row } = point;
            const isChosen = row.name === pointed || row.name === this.selected;
            const isTold = hasLabels || isChosen || row.state === 'failed' ||
                row.state === 'suspect' || row.self;
            if (!isTold) continue;
            const far = radius + dot + (row.self || isChosen ? 11 : 8);
            const x = centre + far * Math.cos(point.angle);
            const y = centre + far * Math.sin(point.angle);
            const isCrowded = told.some((other) => Math.hypot(other.x - x, other.y - y) < 13);
            if (isCrowded && !isChosen) continue;
            told.push({ x, y });
            this.drawName(context, row, x, y, size);
        }
    }

    drawName(context, row, x, y, size) {
        const colours = theme();
        const side = x - size / 2;
        const isMiddle = Math.abs(side) < 14;
        context.font = font(12, row.self ? 600 : 400);
        context.textAlign = isMiddle ? 'center' : side > 0 ? 'left' : 'right';
        context.textBaseline = isMiddle ? (y < size / 2 ? 'bottom' : 'top') : 'middle';
        const tone = row.state === 'alive' ? 'text' : row.state;
        context.fillStyle = colours[tone] ?? colours.muted;
        const room = isMiddle ? size / 3 : side > 0 ? size - x : x;
        const text = fitted(context, shown(row.name), room);
        context.lineWidth = 3;
        context.strokeStyle = colours.surface;
        context.strokeText(text, x, y);
        context.fillText(text, x, y);
    }

    readoutText(pointed) {
        const row = this.rows.find((each) => each.name === (pointed ?? this.selected));
        if (!row) return linksText(this.edges);
        const links = this.edges.filter((edge) => edge.one === row.name || edge.other === row.name);
        const lost = lostOf(links);
        const why = reason(row);
        const parts = [`${shown(row.name)} is ${lookOf(row.state).word}${why ? `: ${why}` : ''}`,
            ...lost.map(edgeText)];
        if (links.length > lost.length) {
            parts.push(`${count(links.length - lost.length, 'link')} heard`);
        }
        return parts.join('; ');
    }

    /** The same in words, for those who do not see it. */
    tell(verdict) {
        const parts = Object.entries(verdict.counts).filter(([, number]) => number > 0)
            .map(([state, number]) => `${number} ${lookOf(state).word}`);
        setAttribute(this.canvas, 'aria-label',
            `Ring of ${count(this.rows.length, 'member')}: ${parts.join(', ')}. ` +
            `${linksText(this.edges)} Arrow keys go from member to member, Enter explains one.`);
    }
}
