// Runs the GPU tests (`vitest run --project gpu`) once per software adapter found on this machine: one process sees one
// Vulkan driver, so each adapter gets its own. Extra arguments go to vitest. ADAPTER=name runs one adapter only.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { adapters, envFor, find } from './adapters.mjs';

const strict = Boolean(process.env.CI) || process.env.REQUIRE_WEBGPU === '1';
const wanted = adapters.filter((a) => !process.env.ADAPTER || a.name === process.env.ADAPTER);

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const run = (adapter, icd) => new Promise((done) => {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  spawn(process.execPath, [vitest, 'run', '--project', 'gpu', ...process.argv.slice(2)], { cwd: root, env: envFor(adapter, icd), stdio: 'inherit' }).on('close', (code) => done(code ?? 1));
});

const summary = [];
let failed = false;
for (const adapter of wanted) {
  const icd = find(adapter);
  if (!icd) {
    summary.push(`${adapter.name}: not found; install ${adapter.install}`);
    failed ||= strict;
    continue;
  }
  console.log(`\n=== ${adapter.name} (${icd})`);
  const start = Date.now();
  const code = await run(adapter.name, icd);
  failed ||= code !== 0;
  summary.push(`${adapter.name}: ${code === 0 ? 'passed' : `FAILED (exit ${code})`} in ${((Date.now() - start) / 1000).toFixed(0)} s`);
}
console.log(`\nGPU tests${strict ? ' (an adapter that is missing is a failure)' : ''}\n${summary.map((s) => `  ${s}`).join('\n')}`);
process.exit(failed || wanted.length === 0 ? 1 : 0);
