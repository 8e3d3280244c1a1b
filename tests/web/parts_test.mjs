// Parts of the page that need no cluster: its modules are loaded in the browser and called.

import assert from 'node:assert/strict';
import test from 'node:test';

import { open, standIn } from './support.mjs';

/** A page whose modules `call` may import. */
async function modules(t) {
    const cluster = await standIn(t, 1);
    return open(t, cluster.url);
}

test('spans and names are written as the commands write them', async (t) => {
    const page = await modules(t);
    const said = await page.evaluate(async () => {
        const { ranges, shown, span } = await import('/words.js');
        return {
            spans: [0, 380, 999, 1400, 2000, 42000, 125000, 11400000, 187200000].map(span),
            ranges: [['n2', 'n1'], ['n10', 'n9', 'n8', 'n1'], ['a', 'b', 'c'], []].map((names) =>
                ranges(names)),
            many: ranges(['a', 'b', 'c', 'd'], 2),
            shown: [shown('a\nb'), shown('x'.repeat(70)).length],
        };
    });
    assert.deepEqual(said, {
        spans: ['0ms', '380ms', '999ms', '1.4s', '2s', '42s', '2m05s', '3h10m', '2d04h'],
        ranges: ['n1 and n2', 'n1 and n8 to n10', 'a, b and c', ''],
        many: 'a, b and 2 more',
        shown: ['a\ufffdb', 64],
    });
});

test('a track is right in whatever order its events arrive, and is corrected', async (t) => {
    const page = await modules(t);
    const states = await page.evaluate(async () => {
        const { Tracks } = await import('/tracks.js');
        const tracks = new Tracks();
        const tell = (kind, at) => tracks.addEvent({ event: kind, member: 'n3' }, at);
        tell('recovered', 300);
        tell('joined', 100);
        tell('failed', 200);
        // A newer answer knows what no event told, and who is listed no more.
        tracks.correct([{ name: 'n3', state: 'left', since: 400 }], 450);
        tracks.correct([{ name: 'n1', state: 'alive', since: 50 }], 500);
        const at = [10, 60, 150, 250, 350, 420, 600];
        return { n3: at.map((moment) => String(tracks.stateAt('n3', moment))),
            spans: tracks.spans('n3', 0, 600).map(({ from, to, state }) => [from, to, state]),
            changes: tracks.changes().length };
    });
    assert.deepEqual(states, {
        n3: ['undefined', 'null', 'alive', 'failed', 'alive', 'left', 'null'],
        spans: [[50, 100, null], [100, 200, 'alive'], [200, 300, 'failed'], [300, 400, 'alive'],
            [400, 500, 'left'], [500, 600, null]],
        changes: 6,
    });
});

test('a split is guessed where many went silent together, and nowhere else', async (t) => {
    const page = await modules(t);
    const guessed = await page.evaluate(async () => {
        const { otherSide } = await import('/split.js');
        /** So many alive members, and those of `failed`: a cause and a moment each. */
        const guess = (alive, failed, others = []) => otherSide([
            ...Array.from({ length: alive }, (_, i) => ({ name: `a${i}`, state: 'alive' })),
            ...failed.map(([cause, since], i) =>
                ({ name: `f${i}`, state: 'failed', cause, since })),
            ...others]).map(({ name }) => name).join(' ');
        const silent = (...moments) => moments.map((since) => ['silence', since]);
        const left = Array.from({ length: 9 }, (_, i) => ({ name: `l${i}`, state: 'left' }));
        return {
            half: guess(2, silent(100, 101)),
            quarter: guess(6, silent(7000, 3000)),
            lessThanQuarter: guess(7, silent(3000, 7000)),
            one: guess(1, silent(100)),
            refused: guess(1, [['refused', 100], ['refused', 100]]),
            oneByOne: guess(2, silent(100, 6000, 12000)),
            earlierOne: guess(3, silent(100, 60000, 61000)),
            withoutLeft: guess(6, silent(100, 101), left),
        };
    });
    assert.deepEqual(guessed, { half: 'f0 f1', quarter: 'f1 f0', lessThanQuarter: '', one: '',
        refused: '', oneByOne: '', earlierOne: 'f1 f2', withoutLeft: 'f0 f1' });
});

test('what is told again after a new connection counts once', async (t) => {
    const page = await modules(t);
    const counts = await page.evaluate(async () => {
        const { Fleet } = await import('/fleet.js');
        const fleet = new Fleet();
        const event = { event: 'failed', member: 'n3', life: 'a', seq: 5, mono_ns: 7,
            at: '2026-01-01T00:00:00.000Z', cause: 'refused', silence_ms: 30, accusers: ['n1'] };
        const survey = { at: '2026-01-01T00:00:01.000Z', members: [], views: [], links: [] };
        const taken = [event, event, { ...event, seq: 6, mono_ns: 8 }]
            .map((each) => fleet.take('event', each));
        return { taken, events: fleet.events.length,
            surveys: [fleet.take('views', survey), fleet.take('views', survey)] };
    });
    assert.deepEqual(counts,
        { taken: [true, false, true], events: 2, surveys: [true, false] });
});
