// Who hears whom. A link has two directions; each is told by its listener: 'heard', 'lost', or
// nothing, because it was not asked or does not observe the other.

import { lastUpTo } from './tracks.js';
import { byName, count, shown } from './words.js';

const WORST_FIRST = ['cut', 'one-way', 'half', 'sound'];

/** Links by their two ends, in order of names. */
class Edges {
    constructor() {
        this.byEnds = new Map();
    }

    note(listener, speaker, hears) {
        const isFirst = byName(listener, speaker) <= 0;
        const [one, other] = isFirst ? [listener, speaker] : [speaker, listener];
        const key = `${one}\n${other}`;
        const edge = this.byEnds.get(key) ?? { key, one, other, oneHears: null, otherHears: null };
        edge[isFirst ? 'oneHears' : 'otherHears'] = hears;
        this.byEnds.set(key, edge);
    }
}

function kindOf(edge) {
    const lost = [edge.oneHears, edge.otherHears].filter((hears) => hears === 'lost').length;
    if (lost === 2) return 'cut';
    if (lost === 0) return 'sound';
    return edge.oneHears === 'heard' || edge.otherHears === 'heard' ? 'one-way' : 'half';
}

/** "n5 does not hear n2, n2 hears n5: one-way". */
export function edgeText(edge) {
    const one = shown(edge.one);
    const other = shown(edge.other);
    if (edge.kind === 'sound') return `${one} and ${other} hear each other`;
    if (edge.kind === 'cut') return `${one} and ${other} do not hear each other: cut`;
    const [deprived, silent] = edge.oneHears === 'lost' ? [one, other] : [other, one];
    const lost = `${deprived} does not hear ${silent}`;
    if (edge.kind === 'half') return `${lost}; the other way is not known`;
    return `${lost}, ${silent} hears ${deprived}: one-way`;
}

function noteSurvey(edges, picture, isListed) {
    for (const link of picture.survey?.links ?? []) {
        if (!isListed(link.listener) || !isListed(link.speaker)) continue;
        if (!link.observed && !link.lost) continue;
        // Of its own links the node tells newer things.
        if (picture.ownLinks && link.listener === picture.self) continue;
        edges.note(link.listener, link.speaker, link.lost ? 'lost' : 'heard');
    }
}

function noteOwnLinks(edges, picture, isListed) {
    for (const link of picture.ownLinks ?? []) {
        if (!isListed(link.name) || (!link.observed && !link.lost)) continue;
        edges.note(picture.self, link.name, link.lost ? 'lost' : 'heard');
    }
}

/** Of the past, the node's own links are those of the survey, changed by what it told since. */
function noteEvents(edges, picture, isListed) {
    const from = picture.survey ? lastUpTo(picture.events, picture.survey.at) + 1 : 0;
    for (const event of picture.events.slice(from)) {
        if (event.event !== 'link_lost' && event.event !== 'link_back') continue;
        if (!isListed(event.member)) continue;
        edges.note(picture.self, event.member, event.event === 'link_lost' ? 'lost' : 'heard');
    }
}

/** The links between members that are alive or suspected: {one, other, kind, text}, worst first. */
export function linksOf(picture) {
    const listed = new Set(picture.rows
        .filter((row) => row.state === 'alive' || row.state === 'suspect')
        .map((row) => row.name));
    const isListed = (name) => listed.has(name);
    const edges = new Edges();
    noteSurvey(edges, picture, isListed);
    if (picture.isLive) noteOwnLinks(edges, picture, isListed);
    else noteEvents(edges, picture, isListed);
    const list = [...edges.byEnds.values()];
    for (const edge of list) {
        edge.kind = kindOf(edge);
        edge.text = edgeText(edge);
    }
    const rank = (edge) => WORST_FIRST.indexOf(edge.kind);
    return list.sort((one, other) => rank(one) - rank(other));
}

/** "All 10 links are heard", or how many are not. */
export function linksText(edges) {
    const lost = edges.filter((edge) => edge.kind !== 'sound').length;
    if (edges.length === 0) return 'No links are known yet.';
    if (lost === 0) return `All ${count(edges.length, 'observed link')} are heard both ways.`;
    return `${lost} of ${count(edges.length, 'observed link')} ` +
        `${lost === 1 ? 'is' : 'are'} not heard both ways.`;
}
