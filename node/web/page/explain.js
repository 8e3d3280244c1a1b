// Why a member is held for what it is: the facts of `hearsay explain`, asked of the node, and asked
// again whenever something happens to the member.

import { Keyed, byId, element, setText } from './dom.js';
import { markOf } from './states.js';
import { byName, count, eventText, kindText, listing, ranges, shown, span } from './words.js';

function isInDoubt(member) {
    return member.state === 'failed' || member.state === 'suspect';
}

/** "3 of its 4 observers are enough to convict it". */
function quorumText(answer) {
    const observers = (answer.observers ?? []).length;
    if (!observers || !answer.quorum) return '';
    const verb = answer.quorum === 1 ? 'is' : 'are';
    return `. ${answer.quorum} of its ${count(observers, 'observer')} ${verb} enough to convict it`;
}

function accusationText(member) {
    const accusers = [...(member.accusers ?? [])].sort(byName).map((name) => shown(name));
    if (member.cause === 'refused') {
        const what = 'its endpoint refuses connections';
        const verb = accusers.length === 1 ? 'says' : 'say';
        return accusers.length ? `${what}, ${verb} ${listing(accusers)}` : what;
    }
    const silence = span(member.silence_ms);
    return accusers.length ? `${listing(accusers)} heard nothing of it for ${silence}`
        : `nothing was heard of it for ${silence}`;
}

function reasonText(answer, member) {
    if (member.self) return 'it is this node';
    if (member.state === 'left') return 'it said so itself';
    if (member.state === 'failed') return accusationText(member);
    if (member.state === 'suspect') return accusationText(member) + quorumText(answer);
    return member.observed
        ? `this node observes it, and heard it ${span(member.silence_ms)} ago`
        : 'others observe it, and gossip tells that it lives';
}

function findingMoment(finding, subject) {
    const by = shown(finding.by);
    if (finding.finding === 'accused') {
        return { ago: finding.ago_ms, what: 'accused',
            details: `${by} says that it ${finding.cause === 'refused'
                ? 'refuses connections' : 'is silent'}` };
    }
    return { ago: finding.ago_ms, what: 'objection',
        details: finding.by === subject ? 'it speaks itself' : `${by} has newer word of it` };
}

/** All that led to what is, oldest first; what was said stands before what followed from it. */
function momentsOf(answer) {
    const { member } = answer;
    const moments = (answer.findings ?? []).map((finding) => findingMoment(finding, member?.name));
    if (member && isInDoubt(member)) {
        moments.push({ ago: member.silence_ms, what: 'last word',
            details: `heartbeat ${member.heartbeat}` });
    }
    for (const event of answer.history ?? []) {
        moments.push({ ago: event.ago_ms, what: kindText(event.event), details: eventText(event) });
    }
    return moments.sort((one, other) => other.ago - one.ago);
}

/** [title, text] of what else is known of a member. */
function factsOf(answer) {
    const { member } = answer;
    const facts = [['Life', `${member.life}, incarnation ${member.incarnation}`],
        ['Endpoint', member.endpoint]];
    if (member.state !== 'left' && !member.self) {
        const observers = ranges(answer.observers ?? []);
        const note = member.state === 'failed' ? ', if it came back now' : '';
        facts.push(['Observers', observers ? observers + note : 'none known'],
            ['Times', `accused after ${span(answer.suspect_after_ms)} of silence, ` +
                `failed after ${span(answer.fail_after_ms)}`]);
    }
    if (member.mistakes > 0) {
        const times = count(member.mistakes, 'time');
        facts.push(['Mistakes', `held for failed and heard again ${times}`]);
    }
    if (member.forgotten_in_ms !== null) {
        facts.push(['Forgotten', `in ${span(member.forgotten_in_ms)}`]);
    }
    return facts;
}

export class Explain {
    /** Calls `onChange()` when another member is explained, or none. */
    constructor(onChange) {
        this.dialog = byId('explain');
        this.onChange = onChange;
        this.name = null;
        // Asked again every few seconds: what stays the same is left alone, for those who read it.
        this.steps = new Keyed(byId('explain-steps'), makeStep, updateStep);
        this.facts = new Keyed(byId('explain-facts'), makeFact, updateFact);
        byId('explain-close').addEventListener('click', () => this.dialog.close());
        this.dialog.addEventListener('close', () => this.closed());
        this.dialog.addEventListener('keydown', (event) => {
            if (event.key === 'Escape') this.dialog.close();
        });
    }

    open(name) {
        this.opener = this.dialog.open ? this.opener : document.activeElement;
        this.name = name;
        if (!this.dialog.open) this.dialog.show();
        document.documentElement.classList.add('explaining');
        setText(byId('explain-title'), shown(name));
        setText(byId('explain-verdict'), 'Asking the node …');
        this.steps.draw([]);
        this.facts.draw([]);
        byId('explain-title').focus();
        this.onChange();
        this.refresh();
    }

    closed() {
        this.name = null;
        document.documentElement.classList.remove('explaining');
        if (this.opener?.isConnected) this.opener.focus();
        this.onChange();
    }

    /** Something happened to a member. */
    note(event) {
        if (event.member === this.name) this.refresh();
    }

    async refresh() {
        const { name } = this;
        if (name === null) return;
        let answer = null;
        try {
            const response = await fetch(`explain/${encodeURIComponent(name)}`);
            answer = await response.json();
        } catch {
            answer = { error: 'The node does not answer. This is what it said before.' };
        }
        // Another one may have been chosen in the meantime.
        if (name === this.name) this.show(answer);
    }

    show(answer) {
        if (answer.error) {
            setText(byId('explain-verdict'), shown(answer.error, 400));
            return;
        }
        const { member } = answer;
        setText(byId('explain-verdict'), member
            ? `${shown(member.name)} is ${member.state}, for ${span(member.in_state_ms)}: ` +
                `${reasonText(answer, member)}.`
            : 'It is listed no more; this is what is remembered.');
        byId('explain-mark').replaceChildren(markOf(member?.state ?? 'unknown'));
        const moments = momentsOf(answer);
        this.steps.draw(moments);
        byId('explain-table').hidden = moments.length === 0;
        byId('explain-none').hidden = moments.length > 0;
        this.facts.draw(member ? factsOf(answer) : []);
    }
}

function makeStep() {
    const row = element('tr');
    row.append(element('td', 'when'), element('td', 'what'), element('td', 'details'));
    return row;
}

function updateStep(row, moment) {
    setText(row.children[0], `${span(moment.ago)} ago`);
    setText(row.children[1], moment.what);
    setText(row.children[2], moment.details);
}

function makeFact() {
    const pair = element('div');
    pair.append(element('dt'), element('dd'));
    return pair;
}

function updateFact(pair, [title, text]) {
    setText(pair.firstChild, title);
    setText(pair.lastChild, shown(text, 400));
}
