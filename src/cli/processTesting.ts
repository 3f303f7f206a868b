/** For tests only: the program as a process, and what it wrote. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../bin/stepscope.mjs', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the program; `watch` may end it, and is asked every few milliseconds until it did. */
export function stepscope(
  args: readonly string[],
  watch?: (kill: (signal: NodeJS.Signals) => void) => boolean,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [launcher, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += String(chunk)));
    child.stderr.on('data', (chunk: Buffer) => (err += String(chunk)));
    const timer = setInterval(() => {
      if (watch?.((signal) => child.kill(signal))) clearInterval(timer);
    }, 3);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(timer);
      resolve({ code, signal, out, err });
    });
  });
}

/** The files of a directory by name, but for what has clocks in it and how it came about. */
export const resultsIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(json|csv|png)$/.test(path) && !path.startsWith('times'))
      .sort()
      .map((path) => [path, readFileSync(join(folder, path)).toString('base64')]),
  );
