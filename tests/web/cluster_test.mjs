// The page of a cluster of real nodes: what is killed, paused and restarted here is real, and so is
// the program that serves the page.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';

import { isMissing, program, run, serve } from './real_nodes.mjs';
import { Child, HERE, ROOT, axe, isAsked, open, shows, textOf, until } from './support.mjs';

/** Five nodes in a run directory of their own, and `hearsay web` beside the first. */
class Cluster {
    constructor(t) {
        this.t = t;
        this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hearsay-web-'));
        this.env = { ...process.env, HEARSAY_RUN_DIR: path.join(this.folder, 'run'),
            HEARSAY_STATUS: `ipc://${this.folder}/run/n1.status` };
    }

    async up() {
        this.t.after(async () => {
            await this.web?.end();
            await this.launch('down');
            fs.rmSync(this.folder, { recursive: true });
        });
        // A busy machine bears the longer rounds; a refusal is known at once all the same.
        await this.launch('up', '5', '--profile', 'lan');
        await this.serve('127.0.0.1:0');
    }

    async launch(...words) {
        await run(path.join(ROOT, 'launch/cluster'), words, { env: this.env });
    }

    async serve(address) {
        this.web = await serve(this.t, address, this.env);
        this.url = this.web.url;
    }

    async ask(...words) {
        return (await run(program, words, { env: this.env })).stdout;
    }

    signal(name, signal) {
        const file = path.join(this.env.HEARSAY_RUN_DIR, `${name}.json`);
        process.kill(JSON.parse(fs.readFileSync(file, 'utf8')).pid, signal);
    }
}

async function clusterAndPage(t) {
    const cluster = new Cluster(t);
    await cluster.up();
    const page = await open(t, cluster.url);
    await page.evaluate(() => { window.isTheSame = true; });
    await shows(page, 'title', 'All 5 members are alive and agree');
    return { cluster, page };
}

/** A sentence without its numbers, which grow. */
function sameness(text) {
    return text.replace(/\s+/g, ' ').replace(/(\d+(\.\d+)?(ms|s|m|h))+/g, '#');
}

test('a real cluster: a kill is shown without a reload, explained, and rewound', {
    skip: isMissing(),
}, async (t) => {
    const { cluster, page } = await clusterAndPage(t);
    await isAsked(page);
    await axe(page);

    const began = performance.now();
    cluster.signal('n3', 'SIGKILL');
    await shows(page, 'title', 'n3 is failed');
    t.diagnostic(`real nodes: a kill was shown after ${Math.round(performance.now() - began)} ms`);
    assert.match(await textOf(page, 'attention'), /refuses connections, say n1\b/);

    await page.getByRole('button', { name: 'Explain n3' }).first().click();
    await shows(page, 'explain-verdict', 'n3 is failed');
    const said = sameness((await cluster.ask('explain', 'n3')).split('\n\n')[0]);
    assert.ok(said.startsWith(sameness(await textOf(page, 'explain-verdict')).slice(0, 60)), said);
    await page.keyboard.press('Escape');

    await cluster.launch('restart', 'n3');
    await shows(page, 'title', 'All 5 members are alive');
    await page.locator('#earlier').click();
    while (!(await textOf(page, 'title')).startsWith('n3')) await page.locator('#earlier').click();
    await page.locator('#live').click();
    await shows(page, 'title', 'All 5');
    assert.equal(await page.evaluate(() => window.isTheSame), true);
    assert.deepEqual(page.complaints, []);
});

test('a real cluster: the page outlives its node, its program, and a pause', {
    skip: isMissing(),
}, async (t) => {
    const { cluster, page } = await clusterAndPage(t);

    cluster.signal('n4', 'SIGSTOP');
    await shows(page, 'title', 'n4 is failed');
    assert.match(await textOf(page, 'attention'), /n4 is failed\nsilent, say n1\b/);
    cluster.signal('n4', 'SIGCONT');
    await shows(page, 'title', 'All 5');

    cluster.signal('n1', 'SIGKILL');
    await shows(page, 'title', 'n1 does not answer');
    await cluster.launch('restart', 'n1');
    await shows(page, 'title', 'All 5');

    await cluster.web.end('SIGTERM');
    await shows(page, 'title', 'No connection to hearsay web');
    await cluster.launch('kill', 'n2');
    await cluster.serve(new URL(cluster.url).host);
    await shows(page, 'title', 'n2 is failed');
    await until(page, () => window.isTheSame === true);
});

/** Presses the button until the page shows this. */
async function askUntil(page, id, pattern) {
    const deadline = performance.now() + 60000;
    while (!pattern.test(await textOf(page, id))) {
        assert.ok(performance.now() < deadline, `never ${pattern} in: ${await textOf(page, id)}`);
        await page.locator('#ask').click();
        await shows(page, 'ask', 'Ask all members');
    }
}

/** The numbers of two members that observe each other, neither of them the first. */
async function neighbours(url) {
    const { links } = await (await fetch(new URL('views', url))).json();
    const pairs = new Set(links.map(({ listener, speaker }) => `${listener} ${speaker}`));
    const pair = links.find(({ listener, speaker }) => pairs.has(`${speaker} ${listener}`) &&
        listener !== 'n1' && speaker !== 'n1');
    return [pair.listener.slice(1), pair.speaker.slice(1)];
}

test('real networks: a link that is cut one way is named, and a split is shown', {
    skip: isMissing(),
}, async (t) => {
    const networks = new Child(t, path.join(HERE, 'cut_off'), [], { endsByInput: true });
    const address = await networks.line();
    if (!address.startsWith('ipc')) {
        t.skip(address);
        return;
    }
    const web = await serve(t, '127.0.0.1:0', { ...process.env, HEARSAY_STATUS: address });
    const page = await open(t, web.url);
    await shows(page, 'title', 'All 8 members are alive and agree');
    await isAsked(page);

    const [one, other] = await neighbours(web.url);
    await networks.tell(`cut ${one} ${other}`);
    // TCP bears no one-way link for long: without its acknowledgements the other way ends, too.
    const [first, second] = [one, other].sort();
    await askUntil(page, 'lost-links', new RegExp(
        `n${other} does not hear n${one}, n${one} hears n${other}: one-way|` +
        `n${first} and n${second} do not hear each other: cut`));
    await askUntil(page, 'title', /^All 8 members are alive; 1 link is (one-way|cut)$/);
    await networks.tell(`mend ${one} ${other}`);
    await askUntil(page, 'title', /^All 8 members are alive and agree$/);

    for (const near of [1, 2, 3, 4]) {
        for (const far of [5, 6, 7, 8]) {
            await networks.tell(`cut ${near} ${far}`);
            await networks.tell(`cut ${far} ${near}`);
        }
    }
    await shows(page, 'title', 'n5 to n8 are failed; this may be a split');
    await askUntil(page, 'views', /n1 to n4 hold n5 to n8 for failed/);
    const told = await textOf(page, 'attention');
    assert.match(told, /This may be a split: half of the members went silent together\nn5 to n8,/);
    assert.match(told, /n5 to n8 are failed\nsilent, say n/);
    await shows(page, 'views', 'No answer n5 to n8 did not answer');
});
