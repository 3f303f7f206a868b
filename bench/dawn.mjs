// The cases under Dawn in Node: one process, one software driver.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'vite';
import { envFor } from '../scripts/adapters.mjs';
import { root } from '../scripts/lib.mjs';

const bench = join(root, 'bench');

export async function inDawn(options, name, icd, say) {
  // A folder of its own: another run that builds meanwhile must not remove this one's files.
  const outDir = join(bench, `dist/node-${process.pid}`);
  await build({ configFile: join(bench, 'vite.config.ts'), build: { ssr: 'src/node.ts', outDir } });
  const child = spawn(process.execPath, [join(outDir, 'node.js')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...envFor(name, icd), BENCH_ROOT: root, BENCH_OPTIONS: JSON.stringify(options) },
  });
  let report;
  child.stderr.on('data', (text) => {
    if (!/artificially reduced/.test(String(text))) process.stderr.write(text);
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (!line.startsWith('@bench ')) return;
    const what = JSON.parse(line.slice(7));
    if (what.report) report = what.report;
    else say(what);
  });
  await Promise.all([
    new Promise((resolve) => lines.on('close', resolve)),
    new Promise((resolve) => child.on('close', resolve)),
  ]);
  rmSync(outDir, { recursive: true, force: true });
  return report && { runtime: `Dawn in Node ${process.versions.node}`, ...report };
}
