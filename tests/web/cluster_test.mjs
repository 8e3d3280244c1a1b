// The page of a cluster of real nodes: what is killed, paused and restarted here is real, and so is
// the program that serves the page. HEARSAY_PROGRAM names it.

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';

import { Child, ROOT, axe, isAsked, open, shows, textOf, until } from './support.mjs';

const program = process.env.HEARSAY_PROGRAM;
const run = promisify(execFile);

/** Why there is nothing to test, or false. */
function isMissing() {
    if (!program) return 'HEARSAY_PROGRAM names no program';
    const { status } = spawnSync(program, ['web', '--help'], { stdio: 'ignore' });
    return status === 0 ? false : `${program} has no command web`;
}

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
        this.web = new Child(this.t, program, ['web', '--listen', address, '--json'],
            { env: this.env });
        this.url = JSON.parse(await this.web.line()).url;
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
