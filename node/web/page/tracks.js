// What each member was held for over time: made from the events, and corrected by each answer to
// `members`, for events may have been missed or not recorded. States are the words of the node,
// null where the member was not listed, and undefined where nothing is known.

const STEPS_MAX = 400;

const AFTER = {
    joined: 'alive', suspected: 'suspect', cleared: 'alive', failed: 'failed', recovered: 'alive',
    restarted: 'alive', left: 'left', forgotten: null,
};
// What the first event of a member says of the time before it.
const BEFORE = {
    joined: null, suspected: 'alive', cleared: 'suspect', failed: 'alive', recovered: 'failed',
    left: 'alive',
};

/** Whether an event of this kind changes what its member is held for. */
export function changesState(kind) {
    return Object.hasOwn(AFTER, kind);
}

/** The state of a member after an event; undefined if the event does not change it. */
export function stateAfter(kind) {
    return changesState(kind) ? AFTER[kind] : undefined;
}

/** Where the last entry with `at` up to this moment stands in a list in order of time, or -1. */
export function lastUpTo(list, at) {
    let low = 0;
    let high = list.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (list[middle].at <= at) low = middle + 1;
        else high = middle;
    }
    return low - 1;
}

/** Puts an entry into a list in order of time, behind those of the same moment. */
export function insertByTime(list, entry) {
    const last = list[list.length - 1];
    if (!last || last.at <= entry.at) list.push(entry);
    else list.splice(lastUpTo(list, entry.at) + 1, 0, entry);
}

/** The steps of one member: {at, state, event or null}, in order of time. */
class Track {
    constructor() {
        this.steps = [];
        this.version = 0;
    }

    add(step) {
        this.version += 1;
        insertByTime(this.steps, step);
        if (this.steps.length > STEPS_MAX) this.steps.splice(0, this.steps.length - STEPS_MAX);
    }

    stepAt(at) {
        return this.steps[lastUpTo(this.steps, at)] ?? null;
    }

    stateAt(at) {
        const step = this.stepAt(at);
        if (step) return step.state;
        const first = this.steps[0];
        return first?.event ? BEFORE[first.event.event] : undefined;
    }
}

/** The tracks of all members by name. */
export class Tracks {
    constructor() {
        this.byName = new Map();
        this.version = 0;
        /** Of the time before the first step of all nothing is known. */
        this.begin = Infinity;
    }

    /** Takes an event with its moment in milliseconds. */
    addEvent(event, at) {
        if (!changesState(event.event)) return;
        this.add(this.track(event.member), { at, state: stateAfter(event.event), event });
    }

    add(track, step) {
        track.add(step);
        this.begin = Math.min(this.begin, step.at);
        this.version += 1;
    }

    /** Takes the rows of an answer to `members` of that moment. */
    correct(rows, at) {
        const listed = new Set();
        for (const row of rows) {
            listed.add(row.name);
            const track = this.track(row.name);
            if (track.stateAt(at) === row.state) continue;
            const last = track.stepAt(at);
            // Not before what is known, or it would be overruled by it.
            const since = last ? Math.max(row.since, last.at) : row.since;
            this.add(track, { at: since, state: row.state, event: null });
        }
        this.forgetAllBut(listed, at);
    }

    forgetAllBut(listed, at) {
        for (const [name, track] of this.byName) {
            if (listed.has(name) || !track.stateAt(at)) continue;
            this.add(track, { at, state: null, event: null });
        }
    }

    /** Grows with each step of that member. */
    versionOf(name) {
        return this.byName.get(name)?.version ?? 0;
    }

    stateAt(name, at) {
        return at < this.begin ? undefined : this.byName.get(name)?.stateAt(at);
    }

    stepAt(name, at) {
        return this.byName.get(name)?.stepAt(at) ?? null;
    }

    /** Spans of one state each within a window: {from, to, state}, in order. */
    spans(name, from, to) {
        const steps = this.byName.get(name)?.steps ?? [];
        const spans = [];
        const add = (start, end, state) => {
            const last = spans[spans.length - 1];
            if (last && last.state === state) last.to = end;
            else if (end > start) spans.push({ from: start, to: end, state });
        };
        let start = Math.max(from, this.begin);
        let index = lastUpTo(steps, start);
        let state = this.stateAt(name, start);
        while (index + 1 < steps.length && steps[index + 1].at < to) {
            index += 1;
            add(start, steps[index].at, state);
            start = steps[index].at;
            state = steps[index].state;
        }
        add(start, to, state);
        return spans;
    }

    /** Every change of any member: {at, from, to}, in order of time. */
    changes() {
        const changes = [];
        for (const track of this.byName.values()) {
            let from = track.stateAt(-Infinity);
            for (const { at, state } of track.steps) {
                if (state !== from) changes.push({ at, from, to: state });
                from = state;
            }
        }
        return changes.sort((one, other) => one.at - other.at);
    }

    /** How often a member was failed since that moment. */
    failuresSince(name, at) {
        const steps = this.byName.get(name)?.steps ?? [];
        return steps.filter((step) => step.at >= at && step.event?.event === 'failed').length;
    }

    track(name) {
        let track = this.byName.get(name);
        if (!track) {
            track = new Track();
            this.byName.set(name, track);
        }
        return track;
    }
}
