// Who holds whom for what, and who hears whom: the answers of the last survey, ordered so that
// those who hold the same view stand together. In a split the views show as blocks.
//
// The row of the node itself is that of the picture, which is newer than the survey.

import { byName, count, ranges } from './words.js';
import { heldText } from './survey_findings.js';

/** Groups of holders: {title, text, names, isAnswered, word}, the last one why there is no answer;
 *  the view of the node itself first. */
function groupsOf(picture, names) {
    const survey = picture.survey;
    const rest = new Set(names);
    const groups = [];
    const views = [...(survey?.views ?? [])].sort((one, other) => Number(other.self) - one.self);
    views.forEach((view, index) => {
        const members = view.members.filter((name) => rest.delete(name));
        if (members.length === 0) return;
        const letter = index < 26 ? String.fromCharCode(65 + index) : String(index + 1);
        groups.push({ title: views.length > 1 ? `View ${letter}` : 'One view',
            text: `${ranges(members)} ${members.length === 1 ? 'holds' : 'hold'} ${heldText(view)}`,
            names: members.sort(byName), isAnswered: true });
    });
    if (!survey) addOwn(groups, rest, picture);
    if (rest.size > 0) groups.push(silentGroup(rest, survey));
    return groups;
}

function addOwn(groups, rest, picture) {
    if (!rest.delete(picture.self)) return;
    groups.push({ title: 'Own view', text: 'the members as this node holds them',
        names: [picture.self], isAnswered: true });
}

function silentGroup(rest, survey) {
    const word = survey ? 'did not answer' : 'not asked yet';
    const verb = survey ? '' : rest.size === 1 ? 'was ' : 'were ';
    return { title: survey ? 'No answer' : 'Not asked', text: `${ranges([...rest])} ${verb}${word}`,
        names: [...rest].sort(byName), isAnswered: false, word };
}

/** What each view holds of each member that it does not hold for alive. */
function heldBy(picture) {
    const held = new Map();
    for (const view of picture.survey?.views ?? []) {
        const states = new Map((view.holds ?? []).map(({ name, state }) => [name, state]));
        for (const name of view.members ?? []) held.set(name, states);
    }
    return held;
}

function hearing(picture) {
    const hears = new Map();
    for (const link of picture.survey?.links ?? []) {
        if (!link.observed && !link.lost) continue;
        if (!hears.has(link.listener)) hears.set(link.listener, new Map());
        hears.get(link.listener).set(link.speaker, link.lost ? 'lost' : 'heard');
    }
    if (picture.ownLinks) {
        hears.set(picture.self, new Map(picture.ownLinks
            .filter((link) => link.observed || link.lost)
            .map((link) => [link.name, link.lost ? 'lost' : 'heard'])));
    }
    return hears;
}

/** Those who were asked, and those whom the node lists now. */
function namesOf(picture) {
    const names = new Set(picture.rows.map((row) => row.name));
    // A member that was forgotten since is of no interest to anybody.
    const asked = picture.isLive ? [] : picture.survey?.members ?? [];
    for (const { name } of asked) names.add(name);
    return [...names];
}

/** {names, groups, state(row, column), hears(row, column), view(row)}, the last ones by names; rows
 *  of one view are equal. */
export function matrixOf(picture) {
    const groups = groupsOf(picture, namesOf(picture));
    const held = heldBy(picture);
    const own = new Map(picture.rows.map((row) => [row.name, row.state]));
    const hears = hearing(picture);
    const state = (holder, subject) => {
        if (holder === picture.self) return own.get(subject) ?? 'unknown';
        const states = held.get(holder);
        return states ? states.get(subject) ?? 'alive' : 'none';
    };
    const view = (holder) => (holder === picture.self ? own : held.get(holder) ?? null);
    return { names: groups.flatMap((group) => group.names), groups, state, view,
        hears: (holder, subject) => hears.get(holder)?.get(subject) ?? null };
}

/** "One view, of 15 of 16 members", or how many views there are. */
export function matrixText(matrix) {
    const views = matrix.groups.filter((group) => group.isAnswered);
    const answered = views.reduce((sum, group) => sum + group.names.length, 0);
    const all = count(matrix.names.length, 'member');
    if (views.length === 0 || views[0].title === 'Own view') return 'Not asked yet';
    return `${views.length === 1 ? 'One view' : `${views.length} views`}, of ` +
        (answered === matrix.names.length ? `all ${all}` : `${answered} of ${all}`);
}
