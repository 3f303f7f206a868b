// Runs the GPU tests (`vitest run --project gpu`) once per software adapter found on this machine: one process sees one
// Vulkan driver, so each adapter gets its own. Extra arguments go to vitest. ADAPTER=name runs one adapter only. Where
// the complete adapter runs everything, the other one runs a reduced set, unless FULL=1: decision 0016. REDUCED=1 says
// that the complete one runs beside this process.
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { fileURLToPath } from 'node:url';
import { adapters, envFor, find } from './adapters.mjs';
import { runAndRead } from './lib.mjs';

const strict = Boolean(process.env.CI) || process.env.REQUIRE_WEBGPU === '1';
const wanted = adapters.filter((a) => !process.env.ADAPTER || a.name === process.env.ADAPTER);

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');

const naked = process.argv.length === 2;
const beside = process.env.REDUCED === '1' ? adapters : wanted;
const reduced = (adapter) =>
  naked && process.env.FULL !== '1' && !adapter.complete && beside.some((a) => a.complete && find(a));
const summary = [];
let failed = false;
for (const adapter of wanted) {
  const icd = find(adapter);
  if (!icd) {
    summary.push(`${adapter.name}: not found; install ${adapter.install}`);
    failed ||= strict;
    continue;
  }
  const part = reduced(adapter) ? ', the reduced set; npm run test:all runs everything here too' : '';
  console.log(`\n=== ${adapter.name} (${icd})${part}`);
  const start = Date.now();
  const { code, text } = await runAndRead(
    process.execPath,
    [vitest, 'run', '--project', 'gpu', ...process.argv.slice(2)],
    { env: { ...envFor(adapter.name, icd), REDUCED: reduced(adapter) ? '1' : '0' }, shell: false },
  );
  // Tests of f16 skip themselves where an adapter lacks it. One adapter has everything: there a skip means that
  // something vanished.
  const skipped = Number(/^\s*Tests\s.*?(\d+) skipped/m.exec(stripVTControlCharacters(text))?.[1] ?? 0);
  const vanished = strict && adapter.complete && skipped > 0 && naked;
  failed ||= code !== 0 || vanished;
  const outcome = vanished ? `FAILED: ${skipped} tests skipped on the adapter that should run all` : 'passed';
  const seconds = ((Date.now() - start) / 1000).toFixed(0);
  summary.push(`${adapter.name}: ${code === 0 ? outcome : `FAILED (exit ${code})`} in ${seconds} s`);
}
console.log(
  `\nGPU tests${strict ? ' (an adapter that is missing is a failure)' : ''}\n${summary.map((s) => `  ${s}`).join('\n')}`,
);
process.exit(failed || wanted.length === 0 ? 1 : 0);
