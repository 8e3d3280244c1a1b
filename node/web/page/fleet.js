// All that was heard of the cluster, and pictures made from it: of now, or of a past moment.
//
// Of now, the rows are those of the last answer to `members`, changed by each event since, so that
// an event shows at once. Of a past moment, they are made from the tracks. Times are milliseconds
// of the clock of the node's machine.

import { Tracks, changesState, insertByTime, lastUpTo, stateAfter } from './tracks.js';
import { Clock } from './node_clock.js';
import { byName } from './words.js';

const EVENTS_MAX = 6000;
const SURVEYS_MAX = 40;

/** A row of `members`, its spans turned into moments. */
function rowOf(member, at) {
    const moment = (milliseconds) => (milliseconds === null ? null : at - milliseconds);
    return {
        ...member,
        since: moment(member.in_state_ms ?? 0),
        heardAt: moment(member.silence_ms ?? null),
        toldAt: at,
        forgottenAt: member.forgotten_in_ms === null ? null : at + member.forgotten_in_ms,
    };
}

/** What an event tells of the row of its member. */
function rowAfter(row, event, at) {
    const isDoubt = event.event === 'failed' || event.event === 'suspected';
    return {
        ...row,
        name: event.member,
        state: stateAfter(event.event),
        since: at,
        cause: isDoubt ? event.cause : null,
        accusers: isDoubt ? event.accusers ?? [] : [],
        heardAt: at - (event.silence_ms ?? 0),
        endpoint: event.endpoint ?? row.endpoint,
        tags: event.tags ?? row.tags ?? {},
        life: event.life ?? row.life,
    };
}

export class Fleet {
    constructor() {
        this.clock = new Clock();
        this.tracks = new Tracks();
        this.rows = new Map();
        this.events = [];
        this.surveys = [];
        this.node = null;
        this.status = null;
        this.ownLinks = null;
        this.membersAt = null;
        /** When the node was away: {from, to}, the last one perhaps without an end. */
        this.gaps = [];
        this.told = new Set();
        this.order = [];
    }

    get self() {
        return this.node?.name ?? this.status?.name ?? '';
    }

    get cluster() {
        return this.node?.cluster ?? this.status?.config?.cluster ?? '';
    }

    /** Takes a message of the stream; whether anything changed by it. */
    take(kind, data) {
        switch (kind) {
        case 'node': return this.takeNode(data);
        case 'members': return this.takeMembers(data);
        case 'status': this.status = data; return true;
        case 'links': return this.takeLinks(data);
        case 'views': return this.takeSurvey(data);
        case 'event': return this.takeEvent(data);
        default: return false;
        }
    }

    takeNode(data) {
        const at = Date.parse(data.at);
        this.clock.note(at);
        const last = this.gaps[this.gaps.length - 1];
        if (!data.found && (!last || last.to)) this.gaps.push({ from: at, to: null });
        if (data.found && last && !last.to) last.to = at;
        // An absent node tells no name; the last picture is still that of the one before.
        this.node = data.found ? data : { ...this.node, found: false, at: data.at };
        return true;
    }

    takeMembers(data) {
        const at = Date.parse(data.at);
        // An answer that was under way when an event overtook it.
        if (this.membersAt !== null && at < this.membersAt) return false;
        this.clock.note(at);
        this.membersAt = at;
        const rows = (data.members ?? []).map((member) => rowOf(member, at));
        this.rows = new Map(rows.map((row) => [row.name, row]));
        this.tracks.correct(rows, at);
        return true;
    }

    /** Links know when a neighbour was heard. */
    takeLinks(data) {
        this.ownLinks = data.links ?? [];
        for (const link of this.ownLinks) {
            const row = this.rows.get(link.name);
            if (row && row.state === 'alive' && link.heard_ms !== null) {
                row.silence_ms = link.heard_ms;
                row.toldAt = this.clock.now();
                row.heard = link.lost ? 'relayed' : 'directly';
            }
        }
        return true;
    }

    takeSurvey(data) {
        const at = Date.parse(data.at) || this.clock.now();
        const isKnown = this.surveys.some((survey) => survey.at === at);
        if (isKnown || !Array.isArray(data.members)) return false;
        insertByTime(this.surveys, { ...data, at });
        if (this.surveys.length > SURVEYS_MAX) this.surveys.shift();
        return true;
    }

    takeEvent(data) {
        const isMissed = data.event === 'missed';
        const at = isMissed ? this.clock.now() : Date.parse(data.at);
        const key = `${data.mono_ns}/${data.seq}/${data.member}/${data.event}/${data.life}`;
        // A page that connects again may be told again what is known.
        if (!Number.isFinite(at) || (!isMissed && this.told.has(key))) return false;
        this.told.add(key);
        insertByTime(this.events, { ...data, at, key: isMissed ? `missed/${at}` : key });
        if (this.events.length > EVENTS_MAX) this.told.delete(this.events.shift().key);
        this.tracks.addEvent(data, at);
        this.changeRow(data, at);
        return true;
    }

    changeRow(event, at) {
        if (this.membersAt === null || at <= this.membersAt) return;
        const row = this.rows.get(event.member);
        if (event.event === 'updated' && row) row.tags = event.tags ?? {};
        if (!changesState(event.event)) return;
        if (event.event === 'forgotten') this.rows.delete(event.member);
        else this.rows.set(event.member, rowAfter(row ?? { self: false }, event, at));
    }

    /** The first moment that can be shown. */
    get begin() {
        const first = [this.events[0]?.at, this.surveys[0]?.at, this.membersAt]
            .filter((at) => at !== null && at !== undefined);
        return first.length ? Math.min(...first) : this.clock.now();
    }

    /** What is known of a moment; null is now. */
    picture(at = null) {
        return at === null ? this.pictureOfNow() : this.pictureOf(at);
    }

    /** Names in order; sorted anew only when there are others. */
    inOrder(names) {
        const isSame = names.size === this.order.length &&
            this.order.every((name) => names.has(name));
        if (!isSame) this.order = [...names.keys()].sort(byName);
        return this.order;
    }

    pictureOfNow() {
        const rows = this.inOrder(this.rows).map((name) => this.rows.get(name));
        return {
            at: this.clock.now(), isLive: true, self: this.self, cluster: this.cluster,
            node: this.node, rows, status: this.status, ownLinks: this.ownLinks,
            survey: this.surveys[this.surveys.length - 1] ?? null, events: this.events,
            tracks: this.tracks,
        };
    }

    pictureOf(at) {
        return {
            at, isLive: false, self: this.self, cluster: this.cluster, node: this.node,
            rows: this.rowsOf(at), status: null, ownLinks: null,
            survey: this.surveys[lastUpTo(this.surveys, at)] ?? null,
            events: this.events.slice(0, lastUpTo(this.events, at) + 1), tracks: this.tracks,
        };
    }

    rowsOf(at) {
        const rows = [];
        for (const name of this.inOrder(this.tracks.byName)) {
            const state = this.tracks.stateAt(name, at);
            if (state !== null) rows.push(this.rowOfPast(name, state, at));
        }
        return rows;
    }

    rowOfPast(name, state, at) {
        const now = this.rows.get(name);
        const step = this.tracks.stepAt(name, at);
        const row = { name, self: name === this.self, endpoint: now?.endpoint, tags: now?.tags,
            state: state ?? 'unknown', since: step?.at ?? null, cause: null, accusers: [],
            heardAt: null, mistakes: 0 };
        if (!step?.event) return row;
        return { ...rowAfter(row, step.event, step.at), state: row.state };
    }
}
