// The table of members: filtered, sorted, fifty to a page. Only cells whose text differs are
// written, and only the strips of the page are drawn.

import { onWidth } from './canvas.js';
import { Keyed, byId, element, setAttribute, setText } from './dom.js';
import { lookOf, markOf } from './states.js';
import { drawStrip } from './strip.js';
import { calmSpan, count, reason, shown, span, tagsText } from './words.js';

const PAGE_ROWS = 50;
const TROUBLE = { failed: 0, suspect: 1, alive: 3, unknown: 4, left: 5 };

/** Alive, but what it says itself does not arrive at the node, though it should. */
function isRelayed(row) {
    return row.state === 'alive' && row.observed && row.heard === 'relayed' && !row.self;
}

function troubleOf(row) {
    return isRelayed(row) ? 2 : TROUBLE[row.state] ?? 4;
}

/** For so long a span of silence is worth showing. */
const FRESH_MS = 2500;

function heardText(row, at) {
    if (row.self) return 'this node';
    if (row.state === 'left' || row.state === 'unknown' || row.heardAt === null) return '';
    const isDoubt = row.state === 'failed' || row.state === 'suspect';
    if (isDoubt) return `${calmSpan(at - row.heardAt)} ago`;
    if (isRelayed(row)) return 'via others';
    if (row.observed === false) return 'via gossip';
    // It has been heard again since the node said so; an event would tell if not.
    const isFresh = at - row.toldAt < FRESH_MS;
    return !row.observed ? '' : isFresh ? `${span(row.silence_ms)} ago` : 'in time';
}

// Of equals the order of names stays, in which a picture has its rows.
const SORTS = {
    trouble: (one, other) => troubleOf(one) - troubleOf(other),
    name: () => 0,
    state: (one, other) => lookOf(one.state).word.localeCompare(lookOf(other.state).word),
    since: (one, other) => (other.since ?? 0) - (one.since ?? 0),
    heard: (one, other) => (one.heardAt ?? Infinity) - (other.heardAt ?? Infinity),
};

export class Members {
    constructor(onSelect, onChange) {
        this.onSelect = onSelect;
        this.onChange = onChange;
        this.sort = 'trouble';
        this.isReversed = false;
        this.state = '';
        this.words = [];
        this.page = 0;
        this.table = byId('members-table');
        this.rows = new Keyed(byId('members-rows'), () => this.makeRow(),
            (made, row) => this.updateRow(made, row));
        this.listen();
        onWidth(this.table, () => { this.stripWidth = 0; });
    }

    listen() {
        const turn = (change) => () => {
            change();
            this.onChange();
        };
        byId('filter').addEventListener('input', turn(() => {
            this.words = byId('filter').value.toLowerCase().split(/\s+/).filter(Boolean);
            this.page = 0;
        }));
        byId('filter-state').addEventListener('change', turn(() => {
            this.state = byId('filter-state').value;
            this.page = 0;
        }));
        byId('previous').addEventListener('click', turn(() => { this.page -= 1; }));
        byId('next').addEventListener('click', turn(() => { this.page += 1; }));
        for (const button of this.table.querySelectorAll('[data-sort]')) {
            button.addEventListener('click', turn(() => this.sortBy(button.dataset.sort)));
        }
    }

    /** A second press turns the order round, a third one goes back to trouble first. */
    sortBy(key) {
        if (this.sort !== key) [this.sort, this.isReversed] = [key, false];
        else if (!this.isReversed) this.isReversed = true;
        else [this.sort, this.isReversed] = ['trouble', false];
        this.page = 0;
    }

    isWanted(row) {
        if (this.state && row.state !== this.state) return false;
        if (this.words.length === 0) return true;
        const text = `${row.name} ${row.endpoint ?? ''} ${tagsText(row.tags)}`.toLowerCase();
        return this.words.every((word) => text.includes(word));
    }

    /** Shows a picture; `range` is the window of the strips. */
    draw(picture, range, selected) {
        this.picture = picture;
        this.range = range;
        this.selected = selected;
        const compare = SORTS[this.sort];
        const wanted = picture.rows.filter((row) => this.isWanted(row))
            .sort(compare);
        if (this.isReversed) wanted.reverse();
        const pages = Math.max(1, Math.ceil(wanted.length / PAGE_ROWS));
        this.page = Math.max(0, Math.min(this.page, pages - 1));
        const first = this.page * PAGE_ROWS;
        this.drawRows(wanted.slice(first, first + PAGE_ROWS));
        this.drawHead(wanted.length, pages, first);
    }

    /** All strips are equally wide; one is measured after a change of size. */
    drawRows(rows) {
        this.rows.draw(rows, (row) => row.name);
        if (this.stripWidth || rows.length === 0) return;
        const cell = this.table.querySelector('td.strip');
        this.stripWidth = Math.floor(cell.getBoundingClientRect().width);
        this.rows.draw(rows, (row) => row.name);
    }

    drawHead(found, pages, first) {
        const all = this.picture.rows.length;
        const last = Math.min(first + PAGE_ROWS, found);
        setText(byId('found'), found === 0 ? 'No member matches'
            : pages > 1 ? `${first + 1} to ${last} of ${found}`
                : found < all ? `${found} of ${all}` : count(all, 'member'));
        byId('pages').hidden = pages < 2;
        byId('previous').disabled = this.page === 0;
        byId('next').disabled = this.page === pages - 1;
        for (const button of this.table.querySelectorAll('[data-sort]')) {
            const isIt = button.dataset.sort === this.sort;
            const order = this.isReversed ? 'descending' : 'ascending';
            setAttribute(button.closest('th'), 'aria-sort', isIt ? order : null);
        }
    }

    makeRow() {
        const row = element('tr', '', null, { role: 'row' });
        const cell = (name, ...children) => {
            const made = element('td', name, null, { role: 'cell' });
            made.append(...children);
            row.append(made);
        };
        const button = element('button', 'name', null, { type: 'button' });
        button.addEventListener('click', () => this.onSelect(row.dataset.name));
        cell('member', button, element('span', 'why'));
        cell('state');
        cell('since');
        cell('heard');
        cell('strip', element('canvas', '', null, { role: 'img', 'aria-label': '' }));
        cell('tags');
        return row;
    }

    updateRow(made, row) {
        const [member, state, since, heard, strip, tags] = made.children;
        setAttribute(made, 'data-name', row.name);
        setAttribute(made, 'class', row.name === this.selected ? 'selected' : null);
        setText(member.firstChild, shown(row.name));
        setAttribute(member.firstChild, 'aria-label', `Explain ${shown(row.name)}`);
        setText(member.lastChild, isRelayed(row) ? 'link cut: heard through others' : reason(row));
        if (made.dataset.state !== row.state) {
            made.dataset.state = row.state;
            state.replaceChildren(markOf(row.state), element('span', '', lookOf(row.state).word));
        }
        setText(since, row.since === null ? '' : calmSpan(this.picture.at - row.since));
        setText(heard, heardText(row, this.picture.at));
        setText(tags, tagsText(row.tags));
        drawStrip(strip.firstChild, this.picture.tracks, row.name, this.range, this.stripWidth);
    }
}
