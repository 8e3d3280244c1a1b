// What needs attention among the answers of all members: views that differ, members that did not
// answer, settings, versions, clocks and health.

import { count, ranges, span } from './words.js';

// Clocks that differ by less differ by chance.
const CLOCK_AHEAD_MIN_MS = 100;
const STATES_IN_ORDER = ['failed', 'suspect', 'left', 'unknown'];

/** Whom a view holds for something other than alive: "n3 for failed, n7 for left". */
export function heldText(view) {
    const byState = new Map();
    for (const { name, state } of view.holds ?? []) {
        byState.set(state, [...(byState.get(state) ?? []), name]);
    }
    if (byState.size === 0) return 'all for alive';
    const order = (state) => STATES_IN_ORDER.indexOf(state);
    return [...byState].sort((one, other) => order(one[0]) - order(other[0]))
        .map(([state, names]) => `${ranges(names)} for ${state}`).join(', ');
}

/** "8 members hold n9 to n16 for failed: n1 to n8". */
function viewText(view) {
    const members = view.members ?? [];
    const verb = members.length === 1 ? 'holds' : 'hold';
    return `${ranges(members)} ${verb} ${heldText(view)}`;
}

/** Whether the members disagree, and about whom. */
export function viewFindings(picture) {
    const views = picture.survey?.views ?? [];
    if (views.length > 1) {
        return [{ key: 'views', level: 'bad', state: 'views', since: null, name: null,
            title: `The members disagree: there are ${views.length} views`,
            reason: views.map(viewText).slice(0, 4).join('; ') }];
    }
    const heard = picture.status?.peers_heard ?? 0;
    const agreeing = picture.status?.peers_agreeing ?? 0;
    if (heard <= agreeing) return [];
    return [{ key: 'views', level: 'doubt', state: 'views', since: null, name: null,
        title: `${count(heard - agreeing, 'peer')} of ${heard} ` +
            `${heard - agreeing === 1 ? 'holds' : 'hold'} another view`,
        reason: 'ask all members to see about whom' }];
}

/** Names by what `say` says of them, without those of whom it says nothing. */
function grouped(members, say) {
    const groups = new Map();
    for (const member of members) {
        const said = say(member);
        if (said) groups.set(said, [...(groups.get(said) ?? []), member.name]);
    }
    return groups;
}

function settingsText(member) {
    return `round ${span(member.round_ms)}, suspect after ${span(member.suspect_after_ms)}, ` +
        `fail after ${span(member.fail_after_ms)}, ${count(member.rings, 'ring')}`;
}

/** Where not all say the same. */
function differences(members, key, title, say) {
    const groups = grouped(members, say);
    if (groups.size < 2) return [];
    const parts = [...groups].map(([said, names]) => `${said} on ${ranges(names)}`);
    return [{ key, level: 'note', state: 'settings', title, reason: parts.join('; '), since: null,
        name: null }];
}

function healthText(member) {
    if (member.withdrawn) return 'withdrawn, because degraded';
    if (member.pace > 1) return `starved: takes ${member.pace} rounds for one`;
    return member.leaving ? 'leaving' : '';
}

function clockText(member) {
    const ahead = member.clock_ahead_ms ?? 0;
    const uncertain = (member.round_trip_us ?? 0) / 2000;
    if (Math.abs(ahead) <= Math.max(uncertain, CLOCK_AHEAD_MIN_MS)) return '';
    return `${span(Math.abs(ahead))} ${ahead < 0 ? 'behind' : 'ahead'}`;
}

/** One finding for each thing that is said by some. */
function unusual(members, key, level, say, sentence) {
    return [...grouped(members, say)].map(([said, names]) => ({
        key: `${key}/${said}`, level, state: key, title: sentence(names, said),
        reason: names.length === 1 ? 'its own answer says so' : 'their own answers say so',
        since: null, name: names[0] }));
}

function silentFindings(picture) {
    const alive = new Set(picture.rows.filter((row) => row.state === 'alive')
        .map((row) => row.name));
    const silent = picture.survey.members.filter((member) =>
        !member.answered && !member.self && member.asked > 0 && alive.has(member.name));
    if (silent.length === 0) return [];
    return [{ key: 'silent', level: 'note', state: 'silent', since: null, name: silent[0].name,
        title: `${ranges(silent.map((member) => member.name))} did not answer`,
        reason: 'held for alive; a member of an older release cannot answer' }];
}

const known = new WeakMap();

/** What follows from the answers alone, found once for each survey. */
function findingsOfAnswers(survey) {
    if (!known.has(survey)) {
        const members = survey.members.filter((member) => member.answered);
        known.set(survey, {
            health: unusual(members, 'health', 'doubt', healthText,
                (names, said) => `${ranges(names)}: ${said}`),
            rest: [
                ...differences(members, 'settings', 'Not all have the same settings', settingsText),
                ...differences(members, 'versions', 'Not all have the same version',
                    (member) => `version ${member.version}`),
                ...unusual(members, 'clock', 'note', clockText, clocksText),
            ],
        });
    }
    return known.get(survey);
}

function clocksText(names, said) {
    return `${count(names.length, 'clock')} ${names.length === 1 ? 'is' : 'are'} ${said}: ` +
        ranges(names);
}

/** What else is remarkable in the last survey. */
export function findingsOfSurvey(picture) {
    if (!picture.survey) return [];
    const { health, rest } = findingsOfAnswers(picture.survey);
    return [...health, ...silentFindings(picture), ...rest];
}
