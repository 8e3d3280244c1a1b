// The timeline: what happened when, and a cursor that goes back to any moment of it. The window
// ends now; while the cursor stands in the past, the window stands too.

import { onTheme, onWidth, prepared, theme } from './canvas.js';
import { byId, setAttribute, setText } from './dom.js';
import { pathOf } from './states.js';
import { drawGap } from './strip.js';
import { lastUpTo, stateAfter } from './tracks.js';
import { calmSpan, clockTime, count, kindText, shown } from './words.js';

const HEIGHT = 58;
const LANE = 44;
const STEPS = 1000;

export class Timeline {
    /** Calls `onMove()` when the cursor has gone somewhere else. */
    constructor(fleet, onMove) {
        this.fleet = fleet;
        this.onMove = onMove;
        this.canvas = byId('timeline-canvas');
        this.slider = byId('slider');
        this.live = byId('live');
        /** The moment that is shown; null is now. */
        this.at = null;
        this.end = 0;
        this.width = 0;
        this.counted = { version: -1, list: [] };
        onWidth(this.canvas.parentElement, (width) => {
            this.width = width;
            this.key = '';
            this.onMove();
        });
        onTheme(() => {
            this.key = '';
            this.onMove();
        });
        this.listen();
    }

    listen() {
        this.slider.max = String(STEPS);
        this.slider.addEventListener('input', () => {
            const value = Number(this.slider.value);
            this.goTo(value >= STEPS ? null : this.from + (value / STEPS) * this.span);
        });
        this.live.addEventListener('click', () => this.goTo(null));
        this.listenToPointer();
        byId('earlier').addEventListener('click', () => this.stepEvent(-1));
        byId('later').addEventListener('click', () => this.stepEvent(1));
        byId('window').addEventListener('change', () => {
            this.key = '';
            this.onMove();
        });
        document.addEventListener('keydown', (event) => {
            const isFree = !event.target.closest('input, select, dialog, textarea');
            if (event.key === 'Escape' && this.at !== null && isFree) this.goTo(null);
        });
    }

    /** The picture above the slider is one, too. */
    listenToPointer() {
        const go = (event) => {
            const x = event.clientX - this.canvas.getBoundingClientRect().left;
            this.goTo(this.from + (Math.max(0, x) / this.width) * this.span);
        };
        this.canvas.addEventListener('pointerdown', (event) => {
            this.canvas.setPointerCapture(event.pointerId);
            go(event);
        });
        this.canvas.addEventListener('pointermove', (event) => {
            if (this.canvas.hasPointerCapture(event.pointerId)) go(event);
        });
    }

    get span() {
        const wanted = Number(byId('window').value) * 1000;
        return wanted || Math.max(this.end - this.fleet.begin, 60000) * 1.02;
    }

    get from() {
        return this.end - this.span;
    }

    /** The window of the strips: {from, to, cursor}, and when the node was away. */
    get range() {
        return { from: this.from, to: this.end, cursor: this.at, gaps: this.fleet.gaps };
    }

    goTo(at) {
        if (at === null) this.at = null;
        else this.at = Math.min(at, this.fleet.clock.now());
        // A moment outside of the window moves the window.
        const isOutside = this.at !== null && (this.at < this.from || this.at > this.end);
        if (isOutside) this.end = Math.min(this.fleet.clock.now(), this.at + this.span / 2);
        this.onMove();
    }

    /** To the event before or behind the cursor; events of one moment are one step. */
    stepEvent(direction) {
        const events = this.fleet.events;
        const at = this.at ?? this.fleet.clock.now();
        const index = lastUpTo(events, at);
        if (direction > 0) {
            const next = events[index + 1];
            this.goTo(next ? next.at : null);
            return;
        }
        const before = events.slice(0, index + 1).findLast((event) => event.at < at);
        if (before) this.goTo(before.at);
    }

    draw(picture) {
        if (this.at === null) this.end = this.fleet.clock.now();
        this.drawSlider(picture);
        if (this.width > 0) this.drawCanvas();
    }

    drawSlider(picture) {
        const share = this.at === null ? 1 : (this.at - this.from) / this.span;
        const value = String(Math.round(share * STEPS));
        if (this.slider.value !== value) this.slider.value = value;
        const now = this.fleet.clock.now();
        const event = picture.events[picture.events.length - 1];
        const what = event && picture.at - event.at < this.span / STEPS + 1000
            ? `: ${shown(event.member ?? '')} ${kindText(event.event)}` : '';
        const when = this.at === null ? 'now, live'
            : `${clockTime(this.at)}, ${calmSpan(now - this.at)} ago${what}`;
        setAttribute(this.slider, 'aria-valuetext', when);
        setText(byId('moment'), when);
        setAttribute(document.body, 'class', this.at === null ? null : 'rewound');
        this.drawLive();
        setText(byId('from'), clockTime(this.from, now));
        setText(byId('to'), this.at === null ? 'now' : clockTime(this.end, now));
    }

    drawLive() {
        const { events } = this.fleet;
        const missed = this.at === null ? 0
            : events.length - lastUpTo(events, Math.max(this.at, this.end)) - 1;
        setText(this.live, this.at === null ? 'Live'
            : missed > 0 ? `Back to live (${count(missed, 'new event')})` : 'Back to live');
        setAttribute(this.live, 'aria-pressed', String(this.at === null));
    }

    /** How many were failed and suspected after each change. */
    counts() {
        const { tracks } = this.fleet;
        if (this.counted.version === tracks.version) return this.counted.list;
        const now = { failed: 0, suspect: 0 };
        const list = tracks.changes().map(({ at, from, to }) => {
            if (from in now) now[from] = Math.max(0, now[from] - 1);
            if (to in now) now[to] += 1;
            return { at, ...now };
        });
        this.counted = { version: tracks.version, list };
        return list;
    }

    drawCanvas() {
        const pixel = this.span / this.width;
        const key = [Math.floor(this.end / pixel), this.span, this.width, this.at,
            this.fleet.events.length, this.fleet.tracks.version, this.fleet.gaps.length].join('/');
        if (key === this.key) return;
        this.key = key;
        const context = prepared(this.canvas, this.width, HEIGHT);
        this.drawCounts(context);
        this.drawEvents(context);
        this.drawGaps(context);
        if (this.at === null) return;
        context.fillStyle = theme().accent;
        context.fillRect(this.x(this.at) - 1, 0, 2, HEIGHT);
    }

    x(at) {
        return ((at - this.from) / this.span) * this.width;
    }

    drawCounts(context) {
        const colours = theme();
        context.fillStyle = colours.line;
        context.fillRect(0, LANE - 10, this.width, 1);
        const list = this.counts();
        const all = Math.max(this.fleet.rows.size, 1);
        const tall = (number) => (number === 0 ? 0 : 4 + (LANE - 16) * Math.sqrt(number / all));
        for (let i = Math.max(0, lastUpTo(list, this.from)); i < list.length; i += 1) {
            const { at, failed, suspect } = list[i];
            if (at > this.end) break;
            if (failed + suspect === 0) continue;
            const x = Math.max(0, this.x(at));
            const width = Math.max(1.5, this.x(list[i + 1]?.at ?? this.end) - x);
            const base = LANE - 10;
            context.globalAlpha = 0.35;
            context.fillStyle = colours.suspect;
            const above = tall(failed + suspect) - tall(failed);
            context.fillRect(x, base - tall(failed) - above, width, above);
            context.fillStyle = colours.failed;
            context.fillRect(x, base - tall(failed), width, tall(failed));
            context.globalAlpha = 1;
        }
    }

    /** When the node was away nobody told anything. */
    drawGaps(context) {
        for (const { from, to } of this.fleet.gaps) {
            const x = Math.max(0, this.x(from));
            const width = this.x(to ?? this.end) - x;
            if (width > 0) drawGap(context, x, Math.max(width, 2), LANE - 8);
        }
    }

    /** A mark for each event in a lane below; of those on one spot the worst is on top. */
    drawEvents(context) {
        const { events } = this.fleet;
        const first = lastUpTo(events, this.from) + 1;
        const last = lastUpTo(events, this.end) + 1;
        const marks = new Map();
        for (const event of events.slice(first, last)) {
            const gone = event.event === 'forgotten' ? 'left' : 'other';
            const state = stateAfter(event.event) ?? gone;
            marks.set(`${state}/${Math.round(this.x(event.at) / 5)}`, { state, at: event.at });
        }
        const order = ['other', 'alive', 'left', 'suspect', 'failed'];
        for (const wanted of order) {
            for (const { state, at } of marks.values()) {
                if (state === wanted) this.drawMark(context, state, this.x(at));
            }
        }
    }

    drawMark(context, state, x) {
        const colours = theme();
        if (state === 'other') {
            context.fillStyle = colours.suspect;
            context.fillRect(x - 1, LANE, 2, 9);
            return;
        }
        context.save();
        context.translate(x, LANE + 4.5);
        context.scale(4.5, 4.5);
        context.fillStyle = colours[state];
        context.fill(pathOf(state));
        context.restore();
    }
}
