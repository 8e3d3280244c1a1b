// The words of the page: spans, lists and sentences, the same ones that the commands print.

const collator = new Intl.Collator('en', { numeric: true });
const NAME_LENGTH_MAX = 64;
const RANGE_MIN = 3;

/** Compares names so that n9 comes before n10. */
export function byName(one, other) {
    // Two names may differ and yet count the same, as n1 and n01 do.
    return collator.compare(one, other) || (one < other ? -1 : Number(one > other));
}

/** Two significant units at most: "380ms", "1.4s", "2m05s", "3h10m", "2d04h". */
export function span(milliseconds) {
    if (milliseconds === null || milliseconds === undefined) return '';
    const ms = Math.max(0, Math.round(milliseconds));
    if (ms < 1000) return `${ms}ms`;
    if (ms < 9950) return `${Number((ms / 1000).toFixed(1))}s`;
    const seconds = Math.floor(ms / 1000);
    if (seconds < 60) return `${seconds}s`;
    if (seconds < 3600) return units(seconds, 60, 'm', 's');
    if (seconds < 86400) return units(Math.floor(seconds / 60), 60, 'h', 'm');
    return units(Math.floor(seconds / 3600), 24, 'd', 'h');
}

/** A span that only counts on: whole seconds, so that a text does not flicker. */
export function calmSpan(milliseconds) {
    return span(milliseconds < 1000 ? milliseconds : Math.floor(milliseconds / 1000) * 1000);
}

function units(count, base, upper, lower) {
    return `${Math.floor(count / base)}${upper}${String(count % base).padStart(2, '0')}${lower}`;
}

/** "1 member", "2 members". */
export function count(number, one, many = `${one}s`) {
    return `${number} ${number === 1 ? one : many}`;
}

/** "n1, n2 and n3". */
export function listing(words) {
    if (words.length < 2) return words.join('');
    return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

/** Whatever a name holds, it is one line of bounded length. */
export function shown(text, most = NAME_LENGTH_MAX) {
    const clean = String(text).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd');
    return clean.length <= most ? clean : `${clean.slice(0, most - 1)}…`;
}

/** Names in order, three and more that follow each other as "n1 to n3"; never more than a line. */
export function ranges(names, itemsMax = 12) {
    const sorted = [...names].sort(byName);
    const items = [];
    let told = 0;
    while (told < sorted.length && items.length < itemsMax) {
        const length = runLength(sorted, told);
        const isRange = length >= RANGE_MIN;
        const last = sorted[told + length - 1];
        items.push(isRange ? `${shown(sorted[told])} to ${shown(last)}` : shown(sorted[told]));
        told += isRange ? length : 1;
    }
    if (told < sorted.length) return `${items.join(', ')} and ${sorted.length - told} more`;
    return listing(items);
}

function runLength(names, first) {
    let length = 1;
    while (first + length < names.length &&
           names[first + length] === following(names[first + length - 1])) {
        length += 1;
    }
    return length;
}

/** "n10" behind "n9"; nothing behind a name that does not end in a digit. */
function following(name) {
    const digits = /\d{1,15}$/.exec(name);
    if (!digits) return null;
    const next = String(Number(digits[0]) + 1).padStart(digits[0].length, '0');
    return name.slice(0, digits.index) + next;
}

/** "12:03:04", with tenths if wanted; of another day with its date. */
export function clockTime(at, now = Date.now()) {
    const date = new Date(at);
    const time = date.toLocaleTimeString('en-GB');
    if (date.toDateString() === new Date(now).toDateString()) return time;
    return `${date.toLocaleDateString('en-CA')} ${time}`;
}

/** "role=db zone=a". */
export function tagsText(tags) {
    return Object.entries(tags ?? {}).map(([key, value]) => `${key}=${value}`).join(' ');
}

/** "refuses connections, say n1 and n4": why it is, or they are, held for dead, and who says so. */
export function reason(row, members = 1) {
    if (row.cause !== 'refused' && row.cause !== 'silence') return '';
    const refuse = members === 1 ? 'refuses connections' : 'refuse connections';
    const what = row.cause === 'refused' ? refuse : 'silent';
    const accusers = row.accusers ?? [];
    if (accusers.length === 0) return what;
    return `${what}, ${accusers.length === 1 ? 'says' : 'say'} ${ranges(accusers)}`;
}

const OF_ITSELF = new Map([
    ['withdrew', 'hears too little, and asks to be taken for failed'],
    ['returned', 'hears well again'],
    ['alone', 'knows no live peer'],
    ['renewed', 'began a new life: its key is new, or somebody else speaks for the old one'],
]);

/** What an event says of its member, to be read behind its name. */
export function eventText(event) {
    const silence = span(event.silence_ms);
    switch (event.event) {
    case 'stalled': return `did not run for ${silence}`;
    case 'isolated': return `heard nobody for ${silence}`;
    case 'link_lost': return `not heard for ${silence}, but others hear it`;
    case 'link_back': return `heard again by this node, after ${silence}`;
    case 'updated': return `now ${tagsText(event.tags) || 'without tags'}`;
    case 'joined':
    case 'recovered': return event.endpoint ?? '';
    case 'restarted':
        return `${event.rekeyed ? 'other keys, and ' : ''}a new life at ${event.endpoint ?? ''}`;
    case 'missed': return `${count(event.count, 'event')} could not be shown`;
    default: return OF_ITSELF.get(event.event) ?? causeText(event, silence);
    }
}

function causeText(event, silence) {
    if (!event.cause) return '';
    const what = event.cause === 'refused' ? 'refuses connections, silent for' : 'silent for';
    const accusers = event.accusers ?? [];
    return `${what} ${silence}${accusers.length ? `, said by ${ranges(accusers)}` : ''}`;
}

/** The name of a kind of event, as it is read. */
export function kindText(kind) {
    return String(kind).replace('_', ' ');
}
