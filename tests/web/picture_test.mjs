// What the page shows of a cluster: against the stand-in, so that the test says what happens.

import assert from 'node:assert/strict';
import test from 'node:test';

import {
    axe, countColour, drawn, isAsked, open, pixels, shows, standIn, textOf, until,
} from './support.mjs';

test('all is well is the first thing to be read, and no other origin is asked', async (t) => {
    const cluster = await standIn(t, 5);
    const page = await open(t, cluster.url);

    await shows(page, 'title', 'All 5 members are alive and agree');
    await isAsked(page);

    assert.equal(await page.title(), '✓ All 5 members are alive and agree – demo');
    assert.equal(await page.locator('#attention-section').isVisible(), false);
    assert.match(await textOf(page, 'asked'), /all 5 living members hold the same view/);
    assert.ok(page.requests.every((url) => url.startsWith(cluster.url)), page.requests.join('\n'));
    assert.deepEqual(page.complaints, []);
    await axe(page);
});

test('a failure is on the page at once, with its reason and who says so', async (t) => {
    const cluster = await standIn(t, 5);
    const page = await open(t, cluster.url);
    await isAsked(page);

    const began = performance.now();
    await cluster.do('kill n3');
    await shows(page, 'title', 'n3 is failed');
    t.diagnostic(`stand-in: a failure was shown after ${Math.round(performance.now() - began)} ms`);

    assert.match(await textOf(page, 'attention'), /n3 is failed\nrefuses connections, say n1, /);
    assert.match(await page.title(), /^✕ n3 is failed/);
    assert.ok(await countColour(page, 'ring', 'failed') > 50);
    await shows(page, 'announcement', 'n3: failed.');
    await cluster.do('ask');
    await shows(page, 'views', 'n3 for failed');
    await axe(page);
    assert.deepEqual(page.complaints, []);
});

test('a suspicion, a farewell and odd settings are told, the worst first', async (t) => {
    const cluster = await standIn(t, 8);
    const page = await open(t, cluster.url);
    await cluster.do('suspect n2', 'leave n5', 'odd n7', 'ask');

    await shows(page, 'title', 'n2 is suspect');
    await shows(page, 'attention', 'clock');
    const told = await textOf(page, 'attention');
    const order = ['n2 is suspect\nsilent, say', 'Not all have the same settings',
        'Not all have the same version', '1 clock is 2.6s ahead: n7', 'n5 has left'];
    const places = order.map((text) => told.indexOf(text));
    assert.ok(places.every((place) => place >= 0), told);
    assert.deepEqual(places, [...places].sort((one, other) => one - other), told);
    await axe(page);
});

test('a link that works one way only is dashed and named, and a cut one too', async (t) => {
    const cluster = await standIn(t, 16);
    const page = await open(t, cluster.url);
    await isAsked(page);
    const before = await countColour(page, 'ring', 'suspect');

    await cluster.do('lose n3 n10', 'ask');
    await shows(page, 'title', 'All 16 members are alive; 1 link is one-way');
    await shows(page, 'lost-links', 'n3 does not hear n10, n10 hears n3: one-way');
    await shows(page, 'attention', 'n3 does not hear n10');
    assert.ok(await countColour(page, 'ring', 'suspect') > before);

    await cluster.do('lose n10 n3', 'ask');
    await shows(page, 'lost-links', 'n3 and n10 do not hear each other: cut');
    await shows(page, 'title', '1 link is cut');
    assert.ok(await countColour(page, 'ring', 'failed') > 0);

    await cluster.do('mend n10 n3', 'mend n3 n10', 'ask');
    await shows(page, 'title', 'All 16 members are alive and agree');
});

/** How many pixels of the matrix have each of these colours. */
async function matrixColours(page, ...names) {
    const counts = await Promise.all(names.map((name) => countColour(page, 'matrix', name)));
    return Object.fromEntries(names.map((name, index) => [name, counts[index]]));
}

test('views that differ show as blocks of the matrix, and in words', async (t) => {
    const cluster = await standIn(t, 16);
    const page = await open(t, cluster.url);
    await cluster.do('kill n13', 'kill n14', 'kill n15', 'kill n16', 'late 6', 'ask');

    await shows(page, 'title', 'n13 to n16 are failed; there are 2 views');
    await shows(page, 'attention', 'The members disagree: there are 2 views');
    await shows(page, 'views', 'View A n1 to n6 hold n13 to n16 for failed');
    await shows(page, 'views', 'View B n7 to n12 hold all for alive');
    await shows(page, 'views', 'No answer n13 to n16 did not answer');
    assert.equal(await textOf(page, 'matrix-title'), '2 views, of 12 of 16 members');
    const found = await matrixColours(page, 'failed-fill', 'alive-fill', 'raised');
    assert.ok(Object.values(found).every((pixels) => pixels > 5000), JSON.stringify(found));
    await axe(page);
});

test('a split is called one, with care; the other side is hatched in the matrix', async (t) => {
    const cluster = await standIn(t, 16);
    const page = await open(t, cluster.url);
    await cluster.do('ask');
    await isAsked(page);
    const before = await matrixColours(page, 'raised');
    await cluster.do('split 8', 'ask');

    await shows(page, 'title', '8 of 16 members are failed; this may be a split');
    await shows(page, 'attention',
        'This may be a split: half of the members went silent together\nn9 to n16, within 1s. ');
    await shows(page, 'attention', 'hold n1 to n8 for failed: ask a node on their side, too.');
    await shows(page, 'attention', 'n9 to n16 are failed\nsilent, say ');
    await shows(page, 'asked', '8 of 16 members answered and hold the same view');
    await shows(page, 'views', 'No answer n9 to n16 did not answer');
    const { raised } = await matrixColours(page, 'raised');
    assert.ok(before.raised === 0 && raised > 10000, `${before.raised}, then ${raised} pixels`);
    await axe(page);
});

test('the timeline brings back headline, ring, matrix and table as they were', async (t) => {
    const cluster = await standIn(t, 5);
    const page = await open(t, cluster.url);
    await isAsked(page);
    await shows(page, 'ring-readout', 'All 8 observed links');
    const [ring, views] = [await pixels(page, 'ring'), await textOf(page, 'views')];
    // A step of the slider is 120 ms; it must not miss the calm between survey and failure.
    const calm = Date.now();
    await until(page, (time) => Date.now() > time + 300, calm);
    await cluster.do('kill n3', 'ask');
    await shows(page, 'title', 'n3 is failed');
    await shows(page, 'views', 'n3 for failed');
    assert.ok(await pixels(page, 'ring') !== ring, 'the failure does not show in the ring');

    // Past the failure, to the moment before it.
    await page.locator('#window').selectOption('120');
    await page.locator('#slider').focus();
    while (!(await textOf(page, 'title')).startsWith('All 5')) {
        await page.keyboard.press('ArrowLeft');
        // Or a second step would follow before the first one shows.
        await drawn(page);
    }
    assert.ok(await pixels(page, 'ring') === ring, 'the ring is not as it was');
    assert.equal(await textOf(page, 'events-count'), '0 events');
    assert.match(await page.locator('#slider').getAttribute('aria-valuetext'), /ago/);
    assert.doesNotMatch(await textOf(page, 'views'), /failed/);
    assert.match(await textOf(page, 'who'), /knew of cluster demo at /);
    assert.equal(await page.locator('tr[data-name=n3]').getAttribute('data-state'), 'alive');

    await page.locator('#later').click();
    await shows(page, 'title', 'n3 is failed');
    assert.match(await page.locator('#ring').getAttribute('aria-label'), /4 alive, 1 failed/);
    await page.locator('#earlier').click();
    await page.locator('#live').click();
    await shows(page, 'moment', 'now, live');
    await shows(page, 'title', 'n3 is failed');
    assert.notEqual(await textOf(page, 'views'), views);
});

test('while the past is shown, news is counted and does not disturb it', async (t) => {
    const cluster = await standIn(t, 5);
    const page = await open(t, cluster.url);
    await cluster.do('kill n3 100', 'restart n3 60');
    await shows(page, 'title', 'All 5');

    await page.locator('#earlier').click();
    await page.locator('#earlier').click();
    await shows(page, 'title', 'n3 is failed');
    await cluster.do('kill n2');
    await shows(page, 'live', '1 new event');
    await shows(page, 'title', 'n3 is failed');
    await axe(page);

    await page.locator('.event').first().focus();
    await page.keyboard.press('Escape');
    await shows(page, 'title', 'n2 is failed');
});

test('a member is explained with the facts of the command', async (t) => {
    const cluster = await standIn(t, 5);
    const page = await open(t, cluster.url);
    await cluster.do('kill n3');
    await shows(page, 'attention', 'n3 is failed');

    await page.getByRole('button', { name: 'Explain n3' }).first().click();
    await shows(page, 'explain-verdict', 'n3 is failed, for ');
    assert.match(await textOf(page, 'explain-verdict'),
        /its endpoint refuses connections, say n1, .* and n\d\.$/);
    const steps = await textOf(page, 'explain-steps');
    assert.match(steps, /accused\s+n1 says that it refuses connections/);
    assert.match(steps, /last word\s+heartbeat \d+/);
    assert.match(steps, /failed\s+refuses connections, silent for 30ms, said by n1/);
    assert.match(await textOf(page, 'explain-facts'),
        /Times\s+accused after 600ms of silence, failed after 1s/);
    await axe(page);

    await cluster.do('restart n3');
    await shows(page, 'explain-verdict', 'n3 is alive');
});

test('the table is filtered, sorted and leafed through', async (t) => {
    const cluster = await standIn(t, 64);
    const page = await open(t, cluster.url);
    await cluster.do('kill n40');
    const first = () => page.locator('#members-rows .name').first().innerText();
    await shows(page, 'found', '1 to 50 of 64');
    await shows(page, 'members-rows', 'n40');
    assert.equal(await first(), 'n40');

    await page.locator('#next').click();
    await shows(page, 'found', '51 to 64 of 64');
    await page.locator('[data-sort=name]').click();
    await shows(page, 'found', '1 to 50 of 64');
    assert.equal(await first(), 'n1');
    await page.locator('[data-sort=name]').click();
    await until(page, () => document.querySelector('#members-rows .name').innerText === 'n64');
    assert.equal(await page.locator('th.member').getAttribute('aria-sort'), 'descending');

    await page.locator('#filter').fill('n6 zone=a');
    await shows(page, 'found', '2 of 64');
    await page.locator('#filter').fill('');
    await page.locator('#filter-state').selectOption('failed');
    await shows(page, 'found', '1 of 64');
    assert.equal(await first(), 'n40');
});

test('the button asks all members', async (t) => {
    const cluster = await standIn(t, 5);
    const page = await open(t, cluster.url);
    await isAsked(page);
    const asked = () => page.requests.filter((url) => url.endsWith('/views')).length;
    assert.equal(asked(), 0);
    await cluster.do('lose n3 n5');
    assert.doesNotMatch(await textOf(page, 'lost-links'), /n3/);

    await page.locator('#ask').click();

    await shows(page, 'lost-links', 'n3 does not hear n5');
    await shows(page, 'ask', 'Ask all members');
    assert.equal(asked(), 1);
});
