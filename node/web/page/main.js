// The page of `hearsay web`: takes the stream of one node, and draws what has changed at most once
// a frame. Each part of the page is a module of its own; fleet.js holds what is known.

import { Announcer } from './announce.js';
import { Asking } from './asking.js';
import { byId, setAttribute, setText } from './dom.js';
import { EventList } from './event_list.js';
import { Explain } from './explain.js';
import { Fleet } from './fleet.js';
import { Headline } from './headline.js';
import { judge } from './judge.js';
import { drawLegend } from './legend.js';
import { edgeText, lostOf } from './links.js';
import { Matrix } from './matrix.js';
import { Members } from './members.js';
import { Ring } from './ring.js';
import { Stream } from './stream.js';
import { Timeline } from './timeline.js';
import { count, shown } from './words.js';

class Page {
    constructor() {
        this.fleet = new Fleet();
        this.isConnected = null;
        this.isWaiting = false;
        const redraw = () => this.redraw();
        this.announcer = new Announcer();
        this.explain = new Explain(redraw);
        const select = (name) => this.explain.open(name);
        this.headline = new Headline(select);
        this.ring = new Ring(select);
        this.matrix = new Matrix(select);
        this.timeline = new Timeline(this.fleet, redraw);
        this.members = new Members(select, redraw);
        this.events = new EventList((at) => this.timeline.goTo(at), redraw);
        this.asking = new Asking(this.fleet);
        this.stream = new Stream((kind, data) => this.take(kind, data),
            (isConnected) => this.connect(isConnected));
        // Spans and strips go on though nothing arrives.
        setInterval(() => {
            this.asking.turn();
            redraw();
        }, 1000);
    }

    take(kind, data) {
        const wasFound = this.fleet.node?.found;
        if (!this.fleet.take(kind, data)) return;
        if (kind === 'event') this.takeEvent(data);
        if (kind === 'members') this.explain.refresh();
        if (kind === 'views') this.asking.note(data);
        if (kind === 'node' && wasFound !== undefined && wasFound !== data.found) {
            this.announcer.say(`The node ${data.found ? 'answers again' : 'does not answer'}.`);
        }
        this.redraw();
    }

    takeEvent(data) {
        this.announcer.note(data, this.fleet.clock.now());
        this.explain.note(data);
    }

    connect(isConnected) {
        if (this.isConnected !== null) {
            this.announcer.say(isConnected ? 'Connected again.' : 'The connection is lost.');
        }
        this.isConnected = isConnected;
        this.redraw();
    }

    /** Draws in the next frame, however often it is asked to. */
    redraw() {
        if (this.isWaiting) return;
        this.isWaiting = true;
        requestAnimationFrame(() => {
            this.isWaiting = false;
            performance.mark('draw-begin');
            this.draw();
            performance.measure('draw', 'draw-begin');
            this.dropMeasures();
        });
    }

    /** The browser keeps them all; the last ones are enough for anybody who looks. */
    dropMeasures() {
        this.measured = (this.measured ?? 0) + 1;
        if (this.measured % 2000 !== 0) return;
        performance.clearMeasures('draw');
        performance.clearMarks('draw-begin');
    }

    draw() {
        const picture = this.fleet.picture(this.timeline.at);
        const verdict = judge(picture);
        this.headline.draw(picture, verdict, this.isConnected);
        this.timeline.draw(picture);
        this.ring.draw(picture, verdict, this.explain.name);
        this.matrix.draw(picture);
        this.members.draw(picture, this.timeline.range, this.explain.name);
        this.events.draw(picture);
        this.drawConnection(picture);
        this.drawLost(verdict);
    }

    drawConnection(picture) {
        const isFound = picture.node?.found;
        const state = this.isConnected !== true ? 'lost' : isFound ? 'live' : 'away';
        setAttribute(byId('connection'), 'data-state', state);
        setText(byId('connection-text'), { live: 'Connected', away: 'Node away',
            lost: this.isConnected === null ? 'Connecting …' : 'Connecting again …' }[state]);
        setText(byId('cluster'), shown(picture.cluster || '–', 40));
        setText(byId('node-name'), picture.self ? `as ${shown(picture.self, 40)} sees it` : '');
        setText(byId('version'), picture.node?.version ? `hearsay ${picture.node.version}` : '');
    }

    /** Lost links in words, next to the ring. */
    drawLost(verdict) {
        const lost = lostOf(verdict.edges);
        const texts = lost.slice(0, 12).map(edgeText);
        if (lost.length > 12) texts.push(`and ${count(lost.length - 12, 'link')} more`);
        const key = texts.join('\n');
        if (key === this.lostKey) return;
        this.lostKey = key;
        byId('lost-links').replaceChildren(...texts.map((text) => {
            const item = document.createElement('li');
            item.textContent = text;
            return item;
        }));
    }
}

drawLegend();
new Page();
