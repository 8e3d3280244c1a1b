// The events up to the moment that is shown, the latest first. Each one is a button that goes to
// its moment.

import { Keyed, byId, element, setAttribute, setText } from './dom.js';
import { markOf } from './states.js';
import { stateAfter } from './tracks.js';
import { clockTime, count, eventText, kindText, shown } from './words.js';

const FIRST = 12;
const STEP = 50;

export class EventList {
    constructor(onGo, onChange) {
        this.onGo = onGo;
        this.most = FIRST;
        this.isTrouble = false;
        this.list = new Keyed(byId('events'), (event) => this.make(event), () => {});
        this.more = byId('more-events');
        this.more.addEventListener('click', () => {
            this.most += STEP;
            onChange();
        });
        byId('event-kinds').addEventListener('change', (event) => {
            this.isTrouble = event.target.value === 'trouble';
            this.most = FIRST;
            onChange();
        });
    }

    draw(picture) {
        const key = `${picture.events.length}/${picture.events[picture.events.length - 1]?.key}/` +
            `${this.most}/${this.isTrouble}`;
        if (key === this.key) return;
        this.key = key;
        const wanted = this.isTrouble ? picture.events.filter(isTrouble) : picture.events;
        const shownEvents = wanted.slice(-this.most).reverse();
        this.list.draw(shownEvents, (event) => event.key);
        this.more.hidden = wanted.length <= this.most;
        setText(byId('events-count'), count(wanted.length, 'event'));
        byId('no-events').hidden = wanted.length > 0;
    }

    make(event) {
        const item = element('li');
        const button = element('button', 'event', null, { type: 'button' });
        const time = element('time', '', `${clockTime(event.at)}.${tenths(event.at)}`,
            { datetime: event.at ? new Date(event.at).toISOString() : null });
        const sign = element('span', 'sign', null, { 'aria-hidden': 'true' });
        const state = stateAfter(event.event);
        sign.append(state ? markOf(state) : element('i', '', '·'));
        const words = element('span', 'words');
        words.append(element('b', '', shown(event.member ?? '')),
            element('span', '', ` ${kindText(event.event)} `),
            element('span', 'details', eventText(event)));
        button.append(time, sign, words);
        button.addEventListener('click', () => this.onGo(event.at));
        setAttribute(button, 'title', 'Show this moment');
        item.append(button);
        return item;
    }
}

function tenths(at) {
    return String(Math.floor((at % 1000) / 100));
}

function isTrouble(event) {
    return !['joined', 'cleared', 'updated', 'link_back', 'forgotten'].includes(event.event);
}
