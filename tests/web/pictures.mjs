// Takes the pictures of the page for its README, of scenes that the stand-in plays.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { ROOT, isAsked, open, shows, standIn } from './support.mjs';

const FOLDER = path.join(ROOT, 'node/web/pictures');
const BYTES_MAX = 150000;

const SCENES = [
    { name: 'calm', members: 8, title: 'All 8', height: 940,
        actions: ['kill n3 431', 'restart n3 402', 'kill n7 205', 'restart n7 188'] },
    { name: 'failed', members: 8, title: 'n3 is failed', height: 1080, explain: 'n3', width: 1480,
        actions: ['kill n6 310', 'restart n6 268', 'kill n3 24'] },
    { name: 'split', members: 16, title: '8 of 16', height: 1180, actions: ['split 8'] },
    { name: 'dark', members: 16, title: 'n12 is failed', height: 1180, colorScheme: 'dark',
        actions: ['kill n5 388', 'restart n5 340', 'kill n12 61', 'lose n3 n10'] },
    { name: 'phone', members: 5, title: 'n3 is failed', width: 360, height: 760,
        actions: ['kill n4 240', 'restart n4 221', 'kill n3 12'] },
];

// As most desktops have it, and as wide on every machine.
const FONT = ':root { --font: Inter, sans-serif; }';

async function take(t, scene) {
    const cluster = await standIn(t, scene.members);
    await cluster.do(...scene.actions, 'ask');
    const page = await open(t, cluster.url, { width: scene.width ?? 1240, height: scene.height,
        colorScheme: scene.colorScheme ?? 'light', styles: FONT,
        deviceScaleFactor: scene.width === 360 ? 2 : 1 });
    await shows(page, 'title', scene.title);
    await isAsked(page);
    if (scene.explain) {
        await page.getByRole('button', { name: `Explain ${scene.explain}` }).first().click();
        await shows(page, 'explain-verdict', `${scene.explain} is`);
        await page.evaluate(() => document.activeElement.blur());
    }
    const file = path.join(FOLDER, `${scene.name}.png`);
    await page.screenshot({ path: file, animations: 'disabled' });
    execFileSync('pngquant', ['--force', '--output', file, '--', file]);
}

for (const scene of SCENES) {
    test(`the picture ${scene.name}`, async (t) => {
        fs.mkdirSync(FOLDER, { recursive: true });
        await take(t, scene);
        const { size } = fs.statSync(path.join(FOLDER, `${scene.name}.png`));
        t.diagnostic(`${scene.name}.png has ${size} bytes`);
        if (size > BYTES_MAX) throw new Error(`the picture ${scene.name} is too large`);
    });
}
