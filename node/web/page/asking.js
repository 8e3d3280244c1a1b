// Asks all members for their views: when the button is pressed, once at the beginning, after a
// change has settled, and again and again while members disagree or links are lost. Nobody asks
// while the page is hidden, or while another survey arrived in time.

import { byId, setText } from './dom.js';

const SETTLE_MS = 1500;
const GAP_MS = 5000;
const RECENT_MS = 10000;
const TROUBLED_MS = 15000;
const CALM_MS = 60000;
// A survey of a large cluster takes a while and is a message to each member.
const LARGE = 64;
const LARGE_FACTOR = 4;
const CHANGES = new Set(['joined', 'failed', 'recovered', 'restarted', 'left', 'forgotten',
    'link_lost', 'link_back', 'withdrew', 'returned']);

export class Asking {
    /** `fleet` takes the answers; `onAnswer` is called after one. */
    constructor(fleet, onAnswer) {
        this.fleet = fleet;
        this.onAnswer = onAnswer;
        this.button = byId('ask');
        this.isUnderWay = false;
        this.askedAt = -Infinity;
        // At first there is nothing to wait for.
        this.dueAt = 0;
        this.button.addEventListener('click', () => this.ask());
    }

    /** An event of the node of just now: what the others hold is not known any more. */
    note(event) {
        const isNew = this.fleet.clock.now() - Date.parse(event.at) < RECENT_MS;
        if (!isNew || !CHANGES.has(event.event)) return;
        const soonest = Math.max(performance.now() + this.patience(SETTLE_MS),
            this.askedAt + this.patience(GAP_MS));
        this.dueAt = Math.min(this.dueAt, soonest);
    }

    patience(time) {
        return time * (this.fleet.rows.size > LARGE ? LARGE_FACTOR : 1);
    }

    /** A survey has arrived, asked by this page or by another, perhaps long ago. */
    noteSurvey(survey) {
        const isTroubled = survey.agree === false || (survey.cuts ?? []).length > 0;
        const age = survey.at ? this.fleet.clock.now() - Date.parse(survey.at) : 0;
        this.dueAt = performance.now() - age + this.patience(isTroubled ? TROUBLED_MS : CALM_MS);
    }

    /** Called every second, and whenever there is news of the members. */
    turn() {
        if (document.hidden || this.isUnderWay || !this.fleet.node?.found) return;
        if (performance.now() >= this.dueAt) this.ask();
    }

    async ask() {
        if (this.isUnderWay) return;
        this.isUnderWay = true;
        this.askedAt = performance.now();
        this.dueAt = this.askedAt + TROUBLED_MS;
        this.button.setAttribute('aria-disabled', 'true');
        setText(this.button, 'Asking …');
        try {
            const answer = await fetch('views', { headers: { accept: 'application/json' } });
            if (!answer.ok) throw new Error(`status ${answer.status}`);
            this.take(await answer.json());
        } catch {
            setText(byId('asked'), 'Nobody could be asked');
        }
        this.isUnderWay = false;
        this.button.removeAttribute('aria-disabled');
        setText(this.button, 'Ask all members');
    }

    take(survey) {
        this.noteSurvey(survey);
        this.fleet.take('views', survey);
        this.onAnswer();
    }
}
