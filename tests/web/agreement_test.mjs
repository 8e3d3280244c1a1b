// Three tellers must say the same of every member, whatever happens to the others meanwhile: the
// page, the metrics of `hearsay web`, and `hearsay members`. The nodes are real.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as pauseFor } from 'node:timers/promises';

import { isMissing, program, run, serve } from './real_nodes.mjs';
import { Child, drawn, open, shows } from './support.mjs';

const ASKED = 'n1';
const OTHERS = ['n2', 'n3', 'n4', 'n5', 'n6'];
const ACTS = 30;
const QUESTIONS = 10;
// All acts together take about twelve seconds.
const PAUSE_MS_MIN = 100;
const PAUSE_MS_MAX = 700;
// Half of the cluster always runs.
const AWAY_MAX = 3;
const BOUND_MS = 1000;
// Where a reading itself takes long, there are so many all the same.
const READINGS_MIN = 5;

const CHOICES = { running: ['kill', 'pause'], paused: ['resume', 'kill'], ended: ['start'] };
const AFTER = { kill: 'ended', pause: 'paused', resume: 'running', start: 'running' };

/** Numbers from 0 to below 1 that follow from a seed; the generator is mulberry32. */
function randomOf(seed) {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/** Acts on the nodes, each after a pause; in some of the pauses the tellers are asked. */
function planOf(seed) {
    const random = randomOf(seed);
    const pick = (list) => list[Math.floor(random() * list.length)];
    const states = new Map(OTHERS.map((name) => [name, 'running']));
    const acts = Array.from({ length: ACTS }, () => {
        const away = OTHERS.filter((name) => states.get(name) !== 'running');
        const name = pick(away.length < AWAY_MAX ? OTHERS : away);
        const action = pick(CHOICES[states.get(name)]);
        states.set(name, AFTER[action]);
        const pauseMs = PAUSE_MS_MIN + random() * (PAUSE_MS_MAX - PAUSE_MS_MIN);
        return { name, action, pauseMs, isAsked: false, askedAt: random() };
    });
    for (let chosen = 0; chosen < QUESTIONS;) {
        const act = pick(acts);
        chosen += Number(!act.isAsked);
        act.isAsked = true;
    }
    return acts;
}

/** Nodes that end with the test, in a run directory of their own. */
class Nodes {
    constructor(t) {
        this.t = t;
        this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hearsay-web-'));
        this.nodes = new Map();
        this.env = { ...process.env, HEARSAY_STATUS: `ipc://${this.folder}/${ASKED}.status` };
        process.once('exit', () => fs.rmSync(this.folder, { recursive: true, force: true }));
        t.after(async () => {
            // Before its node, so that it has nothing to complain of.
            await this.web?.end();
            await Promise.all([...this.nodes.values()].map((node) => node.end()));
        });
    }

    async up() {
        const runFile = path.join(this.folder, `${ASKED}.json`);
        this.spawn(ASKED, []);
        while (!fs.existsSync(runFile)) await pauseFor(10);
        this.join = ['--join', JSON.parse(fs.readFileSync(runFile, 'utf8')).endpoint];
        for (const name of OTHERS) this.start(name);
        const all = String(1 + OTHERS.length);
        await run(program, ['wait', '--alive', all, '--agree', '--timeout', '60s'],
            { env: this.env });
    }

    async serve() {
        this.web = await serve(this.t, '127.0.0.1:0', this.env);
        return this.web.url;
    }

    spawn(name, join) {
        this.nodes.set(name, new Child(this.t, program, ['node', '--name', name, '--cluster', 'web',
            '--profile', 'local', '--run-dir', this.folder, '--bind', 'tcp://127.0.0.1:0',
            '--log-level', 'error', ...join]));
    }

    start(name) {
        this.spawn(name, this.join);
    }

    async kill(name) {
        await this.nodes.get(name).end();
    }

    pause(name) {
        this.nodes.get(name).process.kill('SIGSTOP');
    }

    resume(name) {
        this.nodes.get(name).process.kill('SIGCONT');
    }
}

/** "n1 alive, n2 failed". */
function listed(pairs) {
    return pairs.map(([name, state]) => `${name} ${state}`).sort().join(', ');
}

/** What the table shows in the next frame. */
async function sayOfPage(page) {
    await drawn(page);
    return listed(await page.evaluate(() =>
        [...document.querySelectorAll('#members-rows tr')].map((row) =>
            [row.querySelector('.name').innerText, row.querySelector('.state span').innerText])));
}

async function sayOfMetrics(url) {
    const text = await (await fetch(new URL('metrics', url))).text();
    const pattern = /^hearsay_member_state\{.*member="([^"]*)",state="([^"]*)"\} 1$/gm;
    return listed([...text.matchAll(pattern)].map(([, name, state]) => [name, state]));
}

async function sayOfCommand(env) {
    const { stdout } = await run(program, ['members', '--json'], { env });
    return listed(JSON.parse(stdout).members.map(({ name, state }) => [name, state]));
}

/** Reads until all three say the same: {said, readings, ms}. Views change meanwhile, so they get a
 *  second for it. */
async function agreement({ page, url, env }) {
    const began = performance.now();
    for (let readings = 1; ; readings += 1) {
        const said = await Promise.all([sayOfPage(page), sayOfMetrics(url), sayOfCommand(env)]);
        const ms = Math.round(performance.now() - began);
        if (said[0] && new Set(said).size === 1) return { said: said[0], readings, ms };
        assert.ok(ms < BOUND_MS || readings < READINGS_MIN, `after ${ms} ms and ${readings} ` +
            `readings they differ\nthe page:    ${said[0]}\nthe metrics: ${said[1]}\n` +
            `the command: ${said[2]}`);
    }
}

/** Lets it all happen; hands out the agreements. What is asked does not hold up what happens. */
async function play(nodes, plan, tellers) {
    const found = [];
    let asking = Promise.resolve();
    let fault = null;
    for (const { name, action, pauseMs, isAsked, askedAt } of plan) {
        await pauseFor(isAsked ? askedAt * pauseMs : pauseMs);
        if (isAsked) {
            asking = asking.then(async () => found.push(await agreement(tellers)))
                .catch((error) => { fault ??= error; });
            await pauseFor((1 - askedAt) * pauseMs);
        }
        if (fault) break;
        await nodes[action](name);
    }
    await asking;
    if (fault) throw fault;
    return found;
}

/** All run again. */
function bringBack(nodes, plan) {
    const last = new Map(plan.map(({ name, action }) => [name, AFTER[action]]));
    for (const [name, state] of last) {
        if (state === 'paused') nodes.resume(name);
        if (state === 'ended') nodes.start(name);
    }
}

test('real nodes: page, metrics and command agree while nodes are killed, paused and started', {
    skip: isMissing(),
}, async (t) => {
    const seed = Number(process.env.HEARSAY_SEED ?? Math.floor(Math.random() * 2 ** 32));
    t.diagnostic(`HEARSAY_SEED=${seed} plays the same again`);
    const nodes = new Nodes(t);
    await nodes.up();
    const url = await nodes.serve();
    const page = await open(t, url);
    const tellers = { page, url, env: nodes.env };
    await shows(page, 'title', 'All 6 members are alive and agree');

    const plan = planOf(seed);
    const found = await play(nodes, plan, tellers);

    assert.equal(found.length, QUESTIONS);
    const readings = found.reduce((sum, each) => sum + each.readings, 0);
    const troubled = found.filter(({ said }) => /failed|suspect/.test(said)).length;
    t.diagnostic(`${QUESTIONS} agreements, ${troubled} about failed or suspect members: ` +
        `${readings} readings, at most ${Math.max(...found.map(({ ms }) => ms))} ms`);
    bringBack(nodes, plan);
    await shows(page, 'title', 'All 6 members are alive');
    await agreement(tellers);
    assert.deepEqual(page.complaints, []);

    // A page that lies about one member is found out.
    await page.evaluate(() => {
        document.querySelector('#members-rows .state span').textContent = 'failed';
    });
    await assert.rejects(agreement(tellers), /they differ\nthe page: .* failed/);
});
