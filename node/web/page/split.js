// Does it look as if the network was cut in two? A node knows silence, not its reason: all that can
// be said is that many went silent together, as they do in a split.

import { ranges, span } from './words.js';

const MEMBERS_MIN = 2;
const SHARE_MIN = 1 / 4;
// Those on the other side fail within a round or two of each other; the longest round is 2 s.
const TOGETHER_MS = 5000;

/** The most of these rows, in order of time, that failed within that time of each other. */
function mostTogether(rows) {
    let most = [];
    let first = 0;
    rows.forEach((row, last) => {
        while (row.since - rows[first].since > TOGETHER_MS) first += 1;
        if (last - first >= most.length) most = rows.slice(first, last + 1);
    });
    return most;
}

/** The rows that may be the other side of a split; none if too few went silent together. */
export function otherSide(rows) {
    const silent = rows
        .filter((row) => row.state === 'failed' && row.cause === 'silence' && row.since !== null)
        .sort((one, other) => one.since - other.since);
    const together = mostTogether(silent);
    const known = rows.filter((row) => row.state !== 'left').length;
    return together.length >= Math.max(MEMBERS_MIN, SHARE_MIN * known) ? together : [];
}

function shareText(part, all) {
    return 2 * part === all ? 'half of the members' : `${part} of ${all} members`;
}

/** What a split, if it may be one, asks of the reader. */
export function splitFindings({ rows }) {
    const there = otherSide(rows);
    if (there.length === 0) return [];
    const known = rows.filter((row) => row.state !== 'left');
    const here = known.filter((row) => row.state !== 'failed').map((row) => row.name);
    const names = ranges(there.map((row) => row.name));
    const took = there[there.length - 1].since - there[0].since;
    return [{ key: 'split', level: 'bad', state: 'split', since: there[0].since, name: null,
        title: `This may be a split: ${shareText(there.length, known.length)} ` +
            'went silent together',
        reason: `${names}, within ${span(Math.max(took, 1000))}. If the network is cut, they may ` +
            `run on and hold ${ranges(here)} for failed: ask a node on their side, too.` }];
}
