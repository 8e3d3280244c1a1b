// Who hears whom. A link has two directions; each is told by its listener: 'heard', 'lost', or
// nothing, because it was not asked or does not observe the other.
//
// An edge is {key, one, other, oneHears, otherHears, kind}; its kind is 'sound', 'one-way', 'cut',
// or 'half' where one direction is lost and the other is not known.

import { lastUpTo } from './tracks.js';
import { byName, count, shown } from './words.js';

function edgeBetween(listener, speaker) {
    const [one, other] = listener < speaker ? [listener, speaker] : [speaker, listener];
    return { key: `${one}\n${other}`, one, other, oneHears: null, otherHears: null, kind: 'sound' };
}

function kindOf(edge) {
    const isOneLost = edge.oneHears === 'lost';
    const isOtherLost = edge.otherHears === 'lost';
    if (isOneLost && isOtherLost) return 'cut';
    if (!isOneLost && !isOtherLost) return 'sound';
    return edge.oneHears === 'heard' || edge.otherHears === 'heard' ? 'one-way' : 'half';
}

/** Notes what a listener says in a map of edges by key, which may hold those of others. */
function note(edges, listener, speaker, hears) {
    const fresh = edgeBetween(listener, speaker);
    const edge = { ...(edges.get(fresh.key) ?? fresh) };
    edge[listener === edge.one ? 'oneHears' : 'otherHears'] = hears;
    edge.kind = kindOf(edge);
    edges.set(edge.key, edge);
}

/** "n5 does not hear n2, n2 hears n5: one-way". */
export function edgeText(edge) {
    const [one, other] = [edge.one, edge.other].sort(byName).map((name) => shown(name));
    if (edge.kind === 'sound') return `${one} and ${other} hear each other`;
    if (edge.kind === 'cut') return `${one} and ${other} do not hear each other: cut`;
    const [deprived, silent] = edge.oneHears === 'lost' ? [edge.one, edge.other]
        : [edge.other, edge.one];
    const lost = `${shown(deprived)} does not hear ${shown(silent)}`;
    if (edge.kind === 'half') return `${lost}; the other way is not known`;
    return `${lost}, ${shown(silent)} hears ${shown(deprived)}: one-way`;
}

const known = new WeakMap();

/** The edges of a survey by key, in order of keys; found once for each survey. */
function edgesOfSurvey(survey) {
    if (!known.has(survey)) {
        const edges = new Map();
        for (const link of survey.links ?? []) {
            const isTold = link.observed || link.lost;
            if (isTold) note(edges, link.listener, link.speaker, link.lost ? 'lost' : 'heard');
        }
        known.set(survey, new Map([...edges].sort(([one], [other]) => (one < other ? -1 : 1))));
    }
    return known.get(survey);
}

/** Of its own links the node tells newer things than its survey. */
function noteOwnLinks(edges, picture) {
    for (const edge of edges.values()) {
        if (edge.one === picture.self || edge.other === picture.self) {
            note(edges, picture.self, edge.one === picture.self ? edge.other : edge.one, null);
        }
    }
    for (const link of picture.ownLinks) {
        const isTold = link.observed || link.lost;
        if (isTold) note(edges, picture.self, link.name, link.lost ? 'lost' : 'heard');
    }
}

/** Of the past, the node's own links are those of the survey, changed by what it told since. */
function noteEvents(edges, picture) {
    const from = picture.survey ? lastUpTo(picture.events, picture.survey.at) + 1 : 0;
    for (const event of picture.events.slice(from)) {
        if (event.event === 'link_lost') note(edges, picture.self, event.member, 'lost');
        if (event.event === 'link_back') note(edges, picture.self, event.member, 'heard');
    }
}

/** The links between members that are alive or suspected; those that are lost come first. */
export function linksOf(picture) {
    const edges = new Map(picture.survey ? edgesOfSurvey(picture.survey) : []);
    if (picture.ownLinks) noteOwnLinks(edges, picture);
    if (!picture.isLive) noteEvents(edges, picture);
    const living = new Set();
    for (const { name, state } of picture.rows) {
        if (state === 'alive' || state === 'suspect') living.add(name);
    }
    const isTold = (edge) => living.has(edge.one) && living.has(edge.other) &&
        (edge.oneHears !== null || edge.otherHears !== null);
    const told = [...edges.values()].filter(isTold);
    return [...lostOf(told), ...told.filter((edge) => edge.kind === 'sound')];
}

/** The lost ones among these edges. */
export function lostOf(edges) {
    return edges.filter((edge) => edge.kind !== 'sound');
}

/** "All 10 links are heard", or how many are not. */
export function linksText(edges) {
    const lost = lostOf(edges).length;
    if (edges.length === 0) return 'No links are known yet.';
    if (lost === 0) return `All ${count(edges.length, 'observed link')} are heard.`;
    return `${lost} of ${count(edges.length, 'observed link')} ` +
        `${lost === 1 ? 'is' : 'are'} not heard both ways.`;
}
