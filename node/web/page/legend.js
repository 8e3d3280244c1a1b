// What the marks of the page mean.

import { byId, element } from './dom.js';
import { markOf } from './states.js';

/** Fills the legends once. */
export function drawLegend() {
    const states = [['alive', 'alive'], ['suspect', 'suspect'], ['failed', 'failed'],
        ['left', 'left']];
    byId('legend-states').replaceChildren(...states.map(([state, word]) => {
        const item = element('li');
        item.append(markOf(state), element('span', '', word));
        return item;
    }));
    const links = [['sound', 'heard'], ['one-way', 'one-way'], ['cut', 'cut']];
    byId('legend-links').replaceChildren(...links.map(([kind, word]) => {
        const item = element('li');
        item.append(element('i', `line ${kind}`), element('span', '', word));
        return item;
    }));
}
