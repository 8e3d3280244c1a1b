// Is all well, and if not: who, why, and who says so? Made from a picture, for the headline and for
// the list of what needs attention.
//
// A finding is {key, level, state, title, reason, since, name}: `level` is 'bad', 'doubt' or
// 'note'; `since` is a moment or null; `name` is the member to be explained, or null.

import { edgeText, linksOf, lostOf } from './links.js';
import { splitFindings } from './split.js';
import { findingsOfSurvey, viewFindings } from './survey_findings.js';
import { count, ranges, reason, shown, span } from './words.js';

const RECENT_MS = 10 * 60 * 1000;
const FLAPS_MIN = 3;
const TOGETHER_MIN = 4;
const LINKS_MAX = 6;
const LEVELS = ['bad', 'doubt', 'note'];

/** Members of one state; many that share a cause are told as one. */
function stateFindings(rows, state, level) {
    const byCause = new Map();
    for (const row of rows.filter((each) => each.state === state)) {
        byCause.set(row.cause, [...(byCause.get(row.cause) ?? []), row]);
    }
    return [...byCause.values()].flatMap((group) => (group.length >= TOGETHER_MIN
        ? [together(group, state, level)] : group.map((row) => alone(row, state, level))));
}

function alone(row, state, level) {
    return {
        key: `${state}/${row.name}`, level, state, title: `${shown(row.name)} is ${state}`,
        reason: reason(row), since: row.since, name: row.name,
    };
}

function together(group, state, level) {
    const names = group.map((row) => row.name);
    const accusers = [...new Set(group.flatMap((row) => row.accusers ?? []))];
    return {
        key: `${state}/${group[0].cause}`, level, state, title: `${ranges(names)} are ${state}`,
        reason: reason({ ...group[0], accusers }, group.length),
        since: Math.min(...group.map((row) => row.since ?? Infinity)), name: names[0],
    };
}

function leftFindings(picture) {
    const rows = picture.rows
        .filter((row) => row.state === 'left' && picture.at - (row.since ?? 0) < RECENT_MS);
    if (rows.length >= TOGETHER_MIN) {
        return [{ ...together(rows, 'left', 'note'), title: `${ranges(rows.map(nameOf))} have left`,
            reason: 'they said so themselves' }];
    }
    return rows.map((row) => ({ ...alone(row, 'left', 'note'), title: `${shown(row.name)} has left`,
        reason: 'it said so itself' }));
}

function nameOf(row) {
    return row.name;
}

function flapFindings(picture) {
    const findings = [];
    for (const row of picture.rows) {
        const failures = picture.tracks.failuresSince(row.name, picture.at - RECENT_MS);
        if (failures < FLAPS_MIN) continue;
        findings.push({ key: `flap/${row.name}`, level: 'doubt', state: 'suspect',
            title: `${shown(row.name)} comes and goes`,
            reason: `failed ${count(failures, 'time')} in ten minutes`, since: null,
            name: row.name });
    }
    return findings;
}

function linkFindings(edges) {
    const lost = lostOf(edges);
    const findings = lost.slice(0, LINKS_MAX).map((edge) => ({
        key: `link/${edge.key}`, level: 'doubt', state: 'link', title: edgeText(edge),
        reason: edge.kind === 'cut' ? 'others hear both' : 'others hear it', since: null,
        name: edge.oneHears === 'lost' ? edge.other : edge.one,
    }));
    if (lost.length > LINKS_MAX) {
        findings.push({ key: 'link/more', level: 'doubt', state: 'link', since: null, name: null,
            title: `${lost.length - LINKS_MAX} more links are not heard`,
            reason: 'all of them stand below the ring' });
    }
    return findings;
}

/** The condition of the node that is asked: it sees what the others see, unless it is unwell. */
function nodeFindings(picture) {
    const status = picture.status;
    if (!status) return [];
    const findings = [];
    const add = (key, level, title, why) => findings.push({
        key: `node/${key}`, level, state: 'node', title: `${shown(picture.self)} ${title}`,
        reason: why, since: null, name: picture.self });
    if (status.alone) add('alone', 'bad', 'is alone', 'no peer is heard; seeds are asked');
    if (status.withdrawn) add('withdrawn', 'bad', 'has withdrawn', 'it hears too little');
    if (status.leaving) add('leaving', 'note', 'is leaving', 'it was told to');
    if (status.pace > 1) add('pace', 'doubt', 'is starved', `takes ${status.pace} rounds for one`);
    return [...findings, ...stallFindings(picture)];
}

function stallFindings(picture) {
    const stall = picture.events.findLast((event) =>
        event.event === 'stalled' && picture.at - event.at < RECENT_MS);
    if (!stall) return [];
    return [{ key: 'node/stall', level: 'note', state: 'node',
        title: `${shown(stall.member)} did not run for ${span(stall.silence_ms)}`,
        reason: 'its silence about others counts for nothing then', since: stall.at,
        name: stall.member }];
}

/** All that needs attention, the worst first. */
function findingsOf(picture, edges) {
    const findings = [
        ...splitFindings(picture), ...viewFindings(picture),
        ...stateFindings(picture.rows, 'failed', 'bad'),
        ...stateFindings(picture.rows, 'suspect', 'doubt'),
        ...nodeFindings(picture), ...linkFindings(edges), ...flapFindings(picture),
        ...findingsOfSurvey(picture), ...leftFindings(picture),
    ];
    const rank = (finding) => LEVELS.indexOf(finding.level);
    return findings.sort((one, other) => rank(one) - rank(other));
}

function countStates(rows) {
    const counts = { alive: 0, suspect: 0, failed: 0, left: 0, unknown: 0 };
    for (const row of rows) counts[row.state] = (counts[row.state] ?? 0) + 1;
    return counts;
}

function stateTitle(picture, counts) {
    for (const state of ['failed', 'suspect']) {
        const names = picture.rows.filter((row) => row.state === state).map(nameOf);
        if (names.length > TOGETHER_MIN) {
            return `${names.length} of ${picture.rows.length - counts.left} members are ${state}`;
        }
        const told = ranges(names);
        if (names.length > 0) return `${told} ${names.length === 1 ? 'is' : 'are'} ${state}`;
    }
    return null;
}

/** Who is failed or suspect, and the most important thing that is known besides. */
function troubleTitle(picture, counts, isSplit) {
    const trouble = stateTitle(picture, counts);
    const views = picture.survey?.views?.length ?? 0;
    if (trouble && isSplit) return `${trouble}; this may be a split`;
    return trouble && views > 1 ? `${trouble}; there are ${views} views` : trouble;
}

/** "2 links are cut", "1 link is one-way", or "not heard" if they differ. */
function lostText(lost) {
    const isAlike = lost.every((edge) => edge.kind === lost[0].kind) && lost[0].kind !== 'half';
    return `${count(lost.length, 'link')} ${lost.length === 1 ? 'is' : 'are'} ` +
        (isAlike ? lost[0].kind : 'not heard');
}

function mildTitle(counts, findings, lost) {
    const all = allAlive(counts);
    const views = findings.find((finding) => finding.state === 'views');
    if (views) return `${all}, but they do not agree`;
    if (lost.length) return `${all}; ${lostText(lost)}`;
    const node = findings.find((finding) => finding.state === 'node');
    return node ? `${all}; ${node.title}` : wellTitle(counts);
}

function allAlive({ alive }) {
    return alive === 1 ? 'The only member is alive' : `All ${alive} members are alive`;
}

function wellTitle(counts) {
    return counts.alive === 1 ? allAlive(counts) : `${allAlive(counts)} and agree`;
}

/** {level, title, findings, counts, edges, isSplit}; the level is that of the worst finding, or
 *  'well'. */
export function judge(picture) {
    const edges = linksOf(picture);
    const counts = countStates(picture.rows);
    const findings = findingsOf(picture, edges);
    // A member that left said goodbye: that is news, but no trouble.
    const level = findings[0]?.level ?? 'well';
    const lost = lostOf(edges);
    const isSplit = findings.some((finding) => finding.state === 'split');
    const title = troubleTitle(picture, counts, isSplit) ??
        (level === 'well' ? wellTitle(counts) : mildTitle(counts, findings, lost));
    const isNothing = counts.unknown === picture.rows.length;
    return { level: isNothing ? 'none' : level, title, findings, counts, edges, isSplit };
}

