// How the page behaves: by keyboard, on a phone, in the dark, with many members, when something
// ends, and when somebody means ill.

import assert from 'node:assert/strict';
import test from 'node:test';

import { axe, fitsIn, isAsked, open, shows, standIn, textOf, until } from './support.mjs';

// A frame of a fiftieth of a second has 20 ms; a slow machine takes more of them than a quick one.
const SCRIPT_MS_MAX = 15;

/** Presses Tab from the top of the page until the focus has left it; what was reached, in order. */
async function walk(page) {
    const reached = [];
    for (;;) {
        await page.keyboard.press('Tab');
        const at = await page.evaluate(() => {
            const { activeElement: it } = document;
            if (it === document.body) return null;
            const style = getComputedStyle(it);
            return { name: it.id || it.dataset.sort || it.className || it.textContent,
                isSeen: style.outlineStyle !== 'none' || style.boxShadow !== 'none' };
        });
        if (at === null) return reached;
        assert.ok(at.isSeen, `the focus cannot be seen at ${at.name}`);
        reached.push(at.name);
    }
}

test('the keyboard reaches everything in the order of reading', async (t) => {
    const cluster = await standIn(t, 5);
    const page = await open(t, cluster.url);
    await cluster.do('kill n3', 'ask');
    await shows(page, 'attention', 'n3 is failed');
    await isAsked(page);

    const reached = await walk(page);

    const wanted = ['skip', 'quiet', 'earlier', 'later', 'live', 'window', 'slider', 'ring', 'ask',
        'matrix', 'filter', 'filter-state', 'name', 'state', 'since', 'heard',
        'name', 'name', 'name', 'name', 'name', 'event-kinds', 'event'];
    assert.deepEqual(reached, wanted);
});

test('the skip link, the ring, the matrix and the slider work without a pointer', async (t) => {
    const cluster = await standIn(t, 5);
    const page = await open(t, cluster.url);
    await cluster.do('kill n3 30', 'ask');
    await isAsked(page);

    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await until(page, () => document.activeElement.id === 'members');

    await page.locator('#ring').focus();
    for (let i = 0; i < 3; i += 1) await page.keyboard.press('ArrowRight');
    await shows(page, 'ring-readout', 'n3 is failed: refuses connections, say n1');
    await page.keyboard.press('Enter');
    await shows(page, 'explain-title', 'n3');
    await until(page, () => document.activeElement.id === 'explain-title');
    await page.keyboard.press('Escape');
    await until(page, () => document.activeElement.id === 'ring');

    await page.locator('#matrix').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('End');
    for (let i = 0; i < 4; i += 1) await page.keyboard.press('ArrowRight');
    await shows(page, 'matrix-readout', 'n1 holds n3 for failed');

    await page.locator('#slider').focus();
    await page.keyboard.press('PageDown');
    await shows(page, 'live', 'Back to live');
    await page.keyboard.press('End');
    await shows(page, 'moment', 'now, live');
});

test('axe-core finds nothing in the dark, and nothing on a phone', async (t) => {
    const cluster = await standIn(t, 16);
    await cluster.do('kill n3 40', 'suspect n9', 'leave n5', 'lose n6 n13', 'odd n7', 'ask');

    const dark = await open(t, cluster.url, { colorScheme: 'dark' });
    await isAsked(dark);
    await axe(dark);

    const phone = await open(t, cluster.url, { width: 360, height: 740, hasTouch: true });
    await isAsked(phone);
    await axe(phone);
    await fitsIn(phone, 360);
    await phone.locator('#members-rows .name').first().click();
    await shows(phone, 'explain-verdict', 'n3 is failed');
    await fitsIn(phone, 360);
    await axe(phone);
});

/** Of two colours of page.css, as WCAG computes it; axe-core does not see into a canvas. */
function contrasts(page, pairs) {
    return page.evaluate((wanted) => {
        const one = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        const style = getComputedStyle(document.documentElement);
        const lightOf = (name) => {
            one.fillStyle = style.getPropertyValue(`--${name}`);
            one.fillRect(0, 0, 1, 1);
            const [red, green, blue] = [...one.getImageData(0, 0, 1, 1).data].map((byte) => {
                const share = byte / 255;
                return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        };
        return wanted.map(([over, under]) => {
            const [more, less] = [lightOf(over), lightOf(under)].sort((a, b) => b - a);
            return [`${over} on ${under}`, (more + 0.05) / (less + 0.05)];
        });
    }, pairs);
}

test('all letters have enough contrast, in light and in dark, on canvases too', async (t) => {
    const cluster = await standIn(t, 1);
    const texts = ['text', 'muted', 'accent', 'alive', 'suspect', 'failed', 'left'];
    const pairs = [...texts.flatMap((name) => [[name, 'surface'], [name, 'ground']]),
        ...['suspect', 'failed', 'left'].map((name) => [name, `${name}-fill`]),
        ...['alive', 'suspect', 'failed', 'left'].map((name) => ['on-mark', name]),
        ['muted', 'raised'], ['muted', 'unknown-fill'], ['on-accent', 'accent']];
    for (const colorScheme of ['light', 'dark']) {
        const page = await open(t, cluster.url, { colorScheme });
        const low = (await contrasts(page, pairs)).filter(([, ratio]) => ratio < 4.5);
        assert.deepEqual(low, [], colorScheme);
    }
});

test('nothing moves for those who want that', async (t) => {
    const cluster = await standIn(t, 5);
    const page = await open(t, cluster.url, { reducedMotion: 'reduce' });
    await shows(page, 'title', 'All 5');

    const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((it) => {
        const style = getComputedStyle(it);
        return style.transitionDuration !== '0s' || style.animationName !== 'none';
    }).map((it) => it.outerHTML.slice(0, 80)));

    assert.deepEqual(moving, []);
});

test('names and tags with markup stay text, and a huge one does not break the page', async (t) => {
    const cluster = await standIn(t, 5);
    for (const width of [1280, 360]) {
        const page = await open(t, cluster.url, { width });
        await cluster.do('hostile', 'ask');
        await shows(page, 'members-rows', '<img src=x onerror=alert(1)><b>bold</b>');
        await shows(page, 'attention', '<img src=x');
        await fitsIn(page, width);
        assert.equal(await page.locator('main img, main b b').count(), 0);
        await page.locator('#members-rows .name', { hasText: 'xxx' }).click();
        await shows(page, 'explain-verdict', 'is failed');
        await fitsIn(page, width);
        assert.deepEqual(page.complaints, []);
    }
});

test('the page lives on when its program ends and comes back', async (t) => {
    const cluster = await standIn(t, 5);
    const page = await open(t, cluster.url);
    await page.evaluate(() => { window.isTheSame = true; });
    await isAsked(page);

    await cluster.end();
    await shows(page, 'title', 'No connection to hearsay web');
    assert.match(await textOf(page, 'who'), /last picture of cluster demo/);
    assert.equal(await page.locator('#members-rows tr').count(), 5);

    const later = await standIn(t, 6, cluster.port);
    await later.do('kill n2 5');
    await shows(page, 'title', 'n2 is failed');
    await shows(page, 'found', '6 members');
    assert.equal(await page.evaluate(() => window.isTheSame), true);
});

test('the last picture stays while the node is away', async (t) => {
    const cluster = await standIn(t, 5);
    const page = await open(t, cluster.url);
    await shows(page, 'title', 'All 5');

    await cluster.do('away');
    await shows(page, 'title', 'n1 does not answer');
    await shows(page, 'announcement', 'The node does not answer.');
    await axe(page);

    await cluster.do('back');
    await shows(page, 'title', 'All 5');
});

/** Counts the frames of three seconds; and the draws in them, whose median is in milliseconds. */
function countFrames(page) {
    return page.evaluate(() => new Promise((resolve) => {
        performance.clearMeasures('draw');
        let frames = 0;
        const began = performance.now();
        const count = () => {
            frames += 1;
            const took = performance.now() - began;
            if (took < 3000) {
                requestAnimationFrame(count);
                return;
            }
            const draws = performance.getEntriesByName('draw').map(({ duration }) => duration)
                .sort((one, other) => one - other);
            resolve({ rate: frames / (took / 1000), draws: draws.length,
                median: draws[Math.floor(draws.length / 2)] });
        };
        requestAnimationFrame(count);
    }));
}

/** Seconds of the processor that the page has used so far, however busy the machine is. */
async function processorTime(session) {
    const { metrics } = await session.send('Performance.getMetrics');
    const [script, task] = ['ScriptDuration', 'TaskDuration'].map((name) =>
        metrics.find((metric) => metric.name === name).value);
    return { script, task };
}

test('500 members that change all the time keep the page smooth', async (t) => {
    const cluster = await standIn(t, 500);
    const page = await open(t, cluster.url);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await cluster.do('ask');
    await shows(page, 'found', '1 to 50 of 500');
    await isAsked(page);
    await cluster.do('churn on');
    await until(page, () => !document.getElementById('title').innerText.startsWith('All 500'));

    const before = await processorTime(session);
    const frames = await countFrames(page);
    const after = await processorTime(session);

    const script = (1000 * (after.script - before.script)) / frames.draws;
    const task = (1000 * (after.task - before.task)) / frames.draws;
    t.diagnostic(`500 members: ${frames.rate.toFixed(0)} frames a second; ${frames.draws} draws, ` +
        `median ${frames.median.toFixed(1)} ms; a draw and its messages take the processor ` +
        `${script.toFixed(1)} ms, and ${task.toFixed(1)} ms with style and layout`);
    assert.ok(frames.draws >= 10, 'the page was hardly drawn');
    assert.ok(script < SCRIPT_MS_MAX, `a draw takes ${script} ms of the processor`);
    assert.deepEqual(page.complaints, []);
});
