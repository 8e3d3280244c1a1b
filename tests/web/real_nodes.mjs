// Real nodes for the tests of the page, and the program that serves it. HEARSAY_PROGRAM names it.

import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

import { Child } from './support.mjs';

export const program = process.env.HEARSAY_PROGRAM;
export const run = promisify(execFile);

/** Why there is nothing to test, or false. */
export function isMissing() {
    if (!program) return 'HEARSAY_PROGRAM names no program';
    const { status } = spawnSync(program, ['web', '--help'], { stdio: 'ignore' });
    return status === 0 ? false : `${program} has no command web`;
}

/** `hearsay web`, once it serves. */
export async function serve(t, address, env) {
    const web = new Child(t, program, ['web', '--listen', address, '--json'], { env });
    web.url = JSON.parse(await web.line()).url;
    return web;
}
