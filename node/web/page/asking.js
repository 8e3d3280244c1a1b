// Asks all members for their views: when the button is pressed, and again while the last answers
// told of trouble, for its end may be an event to nobody here. Apart from that `hearsay web` asks
// by itself whenever something happens. The answers come with the stream.

import { byId, setText } from './dom.js';

const TROUBLED_MS = 20000;
// A survey is a message to each member.
const LARGE = 64;
const LARGE_FACTOR = 4;

function isTroubled(survey) {
    return survey.agree === false || (survey.cuts ?? []).length > 0;
}

export class Asking {
    constructor(fleet) {
        this.fleet = fleet;
        this.button = byId('ask');
        this.isUnderWay = false;
        this.dueAt = Infinity;
        this.button.addEventListener('click', () => this.ask());
    }

    /** A survey has arrived. */
    note(survey) {
        const factor = this.fleet.rows.size > LARGE ? LARGE_FACTOR : 1;
        this.dueAt = isTroubled(survey) ? performance.now() + factor * TROUBLED_MS : Infinity;
        setText(byId('ask-problem'), '');
    }

    /** Called every second. */
    turn() {
        const isSeen = !document.hidden && this.fleet.node?.found;
        if (isSeen && performance.now() >= this.dueAt) this.ask();
    }

    async ask() {
        if (this.isUnderWay) return;
        this.isUnderWay = true;
        this.dueAt = performance.now() + TROUBLED_MS;
        this.button.setAttribute('aria-disabled', 'true');
        setText(this.button, 'Asking …');
        let isAnswered = false;
        try {
            isAnswered = (await fetch('views')).ok;
        } catch {
            // The program has ended; the page says so elsewhere.
        }
        setText(byId('ask-problem'), isAnswered ? '' : 'The members could not be asked.');
        this.isUnderWay = false;
        this.button.removeAttribute('aria-disabled');
        setText(this.button, 'Ask all members');
    }
}
