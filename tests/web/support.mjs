// What the tests of the page stand on: one browser, the stand-in, and waiting for conditions.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

export const HERE = path.dirname(fileURLToPath(import.meta.url));
export const ROOT = path.resolve(HERE, '../..');
const PAGE = path.join(ROOT, 'node/web/page');
// Where tests/web/run has installed what package.json names.
const modules = createRequire(path.join(process.env.HEARSAY_WEB_MODULES, 'package.json'));
const { chromium } = modules('playwright-core');
const AXE = fs.readFileSync(modules.resolve('axe-core/axe.min.js'), 'utf8');
const PATIENCE_MS = 20000;

let browser = null;

async function theBrowser() {
    browser ??= await chromium.launch({
        executablePath: process.env.HEARSAY_CHROMIUM ?? 'chromium',
        // Root may not use the sandbox, and a container has little shared memory.
        args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
    return browser;
}

after(async () => {
    await browser?.close();
});

const living = new Set();

// A user who interrupts the tests skips what they do afterwards.
process.on('exit', () => {
    for (const child of living) child.kill('SIGKILL');
});

/** A process whose lines can be waited for; it is killed with the test `t`, or if `endsByInput`
 *  ends with its input. */
export class Child {
    constructor(t, command, args, { endsByInput = false, ...options } = {}) {
        this.process = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], ...options });
        this.endsByInput = endsByInput;
        this.ended = once(this.process, 'exit');
        if (!endsByInput) this.endWithTests();
        const lines = readline.createInterface({ input: this.process.stdout });
        this.lines = lines[Symbol.asyncIterator]();
        t.after(() => this.end());
    }

    endWithTests() {
        living.add(this.process);
        this.process.on('exit', () => living.delete(this.process));
    }

    async line() {
        const { value, done } = await this.lines.next();
        assert.ok(!done, 'the process has ended');
        return value;
    }

    /** Sends a line, and hands out the one that comes back. */
    async tell(line) {
        this.process.stdin.write(`${line}\n`);
        return this.line();
    }

    async end(signal = 'SIGKILL') {
        if (this.endsByInput) this.process.stdin.end();
        else if (this.process.exitCode === null) this.process.kill(signal);
        await this.ended;
    }
}

/** The stand-in, with so many members; `port` is that of an earlier one that has ended. */
export async function standIn(t, members = 5, port = 0) {
    const child = new Child(t, 'python3', [path.join(HERE, 'stand_in.py'), PAGE, '--members',
        String(members), '--port', String(port)]);
    const told = JSON.parse(await child.line());
    child.port = told.port;
    child.url = `http://127.0.0.1:${told.port}/`;
    /** Does what these lines say, and waits until it is done. */
    child.do = async (...actions) => {
        for (const action of actions) {
            assert.deepEqual(JSON.parse(await child.tell(action)), { done: action });
        }
    };
    return child;
}

async function addStyles(route, styles) {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${await response.text()}\n${styles}` });
}

/** Opens the page, perhaps with `styles` added to its own; notes what it complains of. */
export async function open(t, url, options = {}) {
    const { width = 1280, height = 900, styles = '', ...rest } = options;
    const context = await (await theBrowser()).newContext({ viewport: { width, height }, ...rest });
    t.after(() => context.close());
    const page = await context.newPage();
    page.complaints = [];
    page.requests = [];
    page.on('pageerror', (error) => page.complaints.push(error.stack));
    page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) page.complaints.push(message.text());
    });
    page.on('request', (request) => page.requests.push(request.url()));
    page.setDefaultTimeout(PATIENCE_MS);
    if (styles) await page.route('**/page.css', (route) => addStyles(route, styles));
    await page.goto(url);
    return page;
}

/** Waits until what the page was told before is drawn. */
export async function drawn(page) {
    await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(resolve); }));
}

/** Waits until `look(argument)` is true in the page; looks once a frame. */
export async function until(page, look, argument = null) {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
        if (await page.evaluate(look, argument)) return;
        if (performance.now() > deadline) {
            const text = await page.evaluate(() => document.body.innerText.slice(0, 1500));
            assert.fail(`never ${look} with ${JSON.stringify(argument)} in:\n${text}`);
        }
        await drawn(page);
    }
}

/** Waits until the text of the element of that id contains this. */
export async function shows(page, id, text) {
    await until(page, ([where, what]) =>
        document.getElementById(where).innerText.includes(what), [id, text]);
}

/** Waits until the answers of all members are there. */
export async function isAsked(page) {
    await shows(page, 'asked', 'Asked ');
}

export async function textOf(page, id) {
    return page.evaluate((where) => document.getElementById(where).innerText, id);
}

/** What axe-core finds in the page as it is, a line for each element. */
export async function axe(page) {
    await page.evaluate(AXE);
    const found = await page.evaluate(async () => {
        const { violations } = await window.axe.run();
        return violations.flatMap(({ id, nodes }) =>
            nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`));
    });
    assert.deepEqual(found, []);
}

/** The pixels of a canvas, to be compared. */
export async function pixels(page, id) {
    return page.evaluate((where) => document.getElementById(where).toDataURL(), id);
}

/** How many of the canvas's pixels have the colour of that variable of page.css. */
export async function countColour(page, id, name) {
    return page.evaluate(([where, variable]) => {
        const one = document.createElement('canvas').getContext('2d');
        one.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(variable);
        one.fillRect(0, 0, 1, 1);
        const [red, green, blue] = one.getImageData(0, 0, 1, 1).data;
        const canvas = document.getElementById(where);
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let count = 0;
        for (let i = 0; i < data.length; i += 4) {
            count += data[i] === red && data[i + 1] === green && data[i + 2] === blue;
        }
        return count;
    }, [id, `--${name}`]);
}

/** The page needs no sideways scrolling, and no part of it sticks out. */
export async function fitsIn(page, width) {
    const widest = await page.evaluate(() => document.scrollingElement.scrollWidth);
    assert.ok(widest <= width, `the page is ${widest} pixels wide, more than ${width}`);
}
