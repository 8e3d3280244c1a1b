// Says aloud, for screen readers, what an operator would want to be told: nothing that happens all
// the time. What happens at once is one sentence.

import { byId } from './dom.js';
import { kindText, ranges, shown } from './words.js';

const GATHER_MS = 800;
const WORTHY = new Set(['failed', 'recovered', 'restarted', 'left', 'joined', 'link_lost',
    'link_back', 'alone', 'withdrew', 'isolated']);
const PHRASES = { failed: 'failed', recovered: 'recovered', restarted: 'restarted', left: 'left',
    joined: 'joined', link_lost: 'not heard directly any more', link_back: 'heard directly again' };

export class Announcer {
    constructor() {
        this.place = byId('announcement');
        this.waiting = new Map();
        this.timer = null;
    }

    /** Only what is new: what was recorded before the page came is history. */
    note(event, now) {
        if (!WORTHY.has(event.event) || now - Date.parse(event.at) > 5000) return;
        this.waiting.set(event.event, [...(this.waiting.get(event.event) ?? []), event.member]);
        this.timer ??= setTimeout(() => this.speak(), GATHER_MS);
    }

    speak() {
        this.timer = null;
        const sentences = [...this.waiting].map(([kind, names]) => {
            const who = names.length === 1 ? shown(names[0]) : ranges([...new Set(names)]);
            return `${who}: ${PHRASES[kind] ?? kindText(kind)}.`;
        });
        this.waiting.clear();
        this.say(sentences.join(' '));
    }

    say(text) {
        this.place.textContent = text;
    }
}
