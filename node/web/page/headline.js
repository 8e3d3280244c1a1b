// The first thing to be seen: is all well, do all agree; and what is not well, the worst first.

import { Keyed, byId, element, setAttribute, setText } from './dom.js';
import { lookOf, markOf } from './states.js';
import { calmSpan, clockTime, count, shown } from './words.js';

const ITEMS_MAX = 8;
const ICONS = { well: '✓', note: '✓', doubt: '!', bad: '✕', none: '…', away: '?' };
const COUNTED = ['alive', 'suspect', 'failed', 'left'];

function isLiving(state) {
    return state === 'alive' || state === 'suspect';
}

function surveyText(survey, at, isSplit) {
    const age = at - survey.at;
    const living = survey.members.filter((member) => isLiving(member.state)).length;
    const answered = survey.members.filter((member) => member.answered).length;
    const views = survey.views?.length ?? 0;
    const when = age < 2000 ? 'just now' : `${calmSpan(age)} ago`;
    // In a split nobody here knows who lives on the other side.
    if (answered >= living && views === 1 && !isSplit) {
        return `Asked ${when}, all ${count(living, 'living member')} hold the same view.`;
    }
    return `Asked ${when}, ${answered} of ${count(survey.members.length, 'member')} answered ` +
        `and hold ${views === 1 ? 'the same view' : count(views, 'view')}.`;
}

/** Who says so, and how many of them. */
function agreementText({ survey, status, at, self }, isSplit) {
    const parts = [];
    if (survey) parts.push(surveyText(survey, at, isSplit));
    if (status) {
        const { peers_agreeing: agreeing, peers_heard: heard } = status;
        parts.push(`${agreeing} of ${count(heard, 'peer')} heard lately ` +
            `${agreeing === 1 ? 'agrees' : 'agree'} with ${shown(self, 28)}.`);
    }
    return parts.join(' ');
}

export class Headline {
    constructor(onSelect) {
        this.section = byId('headline');
        this.onSelect = onSelect;
        this.areAllShown = false;
        this.more = byId('more');
        this.more.addEventListener('click', () => {
            this.areAllShown = !this.areAllShown;
            this.drawList(this.verdict, this.picture);
        });
        this.list = new Keyed(byId('attention'), () => this.makeItem(),
            (item, finding) => this.updateItem(item, finding));
        this.counts = new Keyed(byId('counts'), (state) => this.makeCount(state),
            (item, state) => this.updateCount(item, state));
    }

    draw(picture, verdict, connection) {
        this.picture = picture;
        this.verdict = verdict;
        const isAway = picture.isLive && (!connection || picture.node?.found === false);
        const level = isAway ? 'away' : verdict.level;
        setAttribute(this.section, 'data-level', level);
        setText(byId('icon'), ICONS[level]);
        setText(byId('title'), this.titleOf(picture, verdict, connection));
        setText(byId('who'), this.whoText(picture, isAway));
        setText(byId('asked'),
            verdict.level === 'none' ? '' : agreementText(picture, verdict.isSplit));
        this.counts.draw(COUNTED.filter((state) => state === 'alive' || verdict.counts[state] > 0),
            (state) => state);
        this.drawList(verdict, picture);
        this.title(level, verdict, picture);
    }

    titleOf(picture, verdict, connection) {
        if (picture.isLive && connection === false) return 'No connection to hearsay web';
        if (picture.isLive && picture.node?.found === false) {
            return picture.self ? `${shown(picture.self)} does not answer` : 'No node answers';
        }
        if (verdict.level !== 'none') return verdict.title;
        return picture.isLive ? 'Looking for the node …' : 'Nothing is known of that moment';
    }

    whoText(picture, isAway) {
        const cluster = picture.cluster ? `cluster ${shown(picture.cluster)}` : '';
        if (isAway && picture.rows.length > 0) {
            return `The last picture of ${cluster} is shown below. Looking for the node again …`;
        }
        if (!cluster || picture.isLive) return '';
        const when = clockTime(picture.at);
        return `This is what ${shown(picture.self)} knew of ${cluster} at ${when}.`;
    }

    title(level, verdict, picture) {
        const text = level === 'none' ? 'hearsay'
            : `${ICONS[level]} ${byId('title').textContent} – ${shown(picture.cluster)}`;
        if (document.title !== text) document.title = text;
    }

    drawList(verdict, picture) {
        const findings = verdict.findings;
        const visible = this.areAllShown ? findings : findings.slice(0, ITEMS_MAX);
        this.list.draw(visible, (finding) => finding.key);
        byId('attention-section').hidden = findings.length === 0;
        this.more.hidden = findings.length <= ITEMS_MAX;
        setText(this.more, this.areAllShown ? 'Show fewer'
            : `Show ${findings.length - ITEMS_MAX} more`);
        setAttribute(this.more, 'aria-expanded', String(this.areAllShown));
        this.picture = picture;
    }

    makeCount(state) {
        const item = element('li', `count ${state}`);
        item.append(markOf(state), element('b'), element('span', '', lookOf(state).word));
        return item;
    }

    updateCount(item, state) {
        setText(item.querySelector('b'), String(this.verdict.counts[state]));
    }

    makeItem() {
        const item = element('li');
        const words = element('div', 'words');
        words.append(element('strong'), element('span', 'reason'));
        const explain = element('button', 'quiet', 'Explain', { type: 'button' });
        explain.addEventListener('click', () => this.onSelect(item.dataset.name));
        item.append(element('span', 'sign', null, { 'aria-hidden': 'true' }), words,
            element('span', 'since'), explain);
        return item;
    }

    updateItem(item, finding) {
        setAttribute(item, 'class', `finding ${finding.level}`);
        setAttribute(item, 'data-name', finding.name);
        this.updateSign(item, finding);
        setText(item.querySelector('strong'), finding.title);
        setText(item.querySelector('.reason'), finding.reason);
        const hasSince = Number.isFinite(finding.since) && finding.since !== null;
        setText(item.querySelector('.since'),
            hasSince ? `for ${calmSpan(this.picture.at - finding.since)}` : '');
        const button = item.querySelector('button');
        button.hidden = finding.name === null;
        if (finding.name) setText(button, `Explain ${shown(finding.name, 12)}`);
    }

    updateSign(item, finding) {
        const sign = item.querySelector('.sign');
        if (sign.dataset.state === finding.state) return;
        sign.dataset.state = finding.state;
        const isState = COUNTED.includes(finding.state);
        sign.replaceChildren(isState ? markOf(finding.state) : element('i', '', 'i'));
        if (!isState) setText(sign.firstChild, finding.level === 'note' ? 'i' : '!');
    }
}
