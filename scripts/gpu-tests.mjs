// Runs the GPU tests (`vitest run --project gpu`) once per software adapter found on this machine: one process sees one
// Vulkan driver, so each adapter gets its own. Extra arguments go to vitest. ADAPTER=name runs one adapter only.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const strict = Boolean(process.env.CI) || process.env.REQUIRE_WEBGPU === '1';
const wanted = [
  { name: 'lavapipe', file: /lvp_icd.*\.json$/, install: 'mesa-vulkan-drivers 25 or later (Debian 12: from bookworm-backports)' },
  { name: 'swiftshader', file: /swiftshader_icd\.json$/, install: 'chromium' },
].filter((a) => !process.env.ADAPTER || a.name === process.env.ADAPTER);

/** Where Vulkan loaders look, and where browsers keep their own driver: beside any browser binary on the PATH. */
function folders() {
  const share = [...(process.env.XDG_DATA_DIRS ?? '').split(delimiter).filter(Boolean), '/usr/share', '/usr/local/share', '/etc'].map((d) => join(d, 'vulkan/icd.d'));
  const lib = ['/usr/lib', '/usr/lib64', '/opt'].flatMap((d) => list(d).filter((n) => /chrom|edge/i.test(n)).flatMap((n) => [join(d, n), ...list(join(d, n)).map((m) => join(d, n, m))]));
  const cache = join(process.env.PLAYWRIGHT_BROWSERS_PATH ?? join(process.env.HOME ?? '', '.cache/ms-playwright'));
  const downloaded = list(cache).flatMap((n) => list(join(cache, n)).map((m) => join(cache, n, m)));
  return [...new Set([...share, ...lib, ...downloaded])];
}
function list(folder) {
  try { return readdirSync(folder); } catch { return []; }
}
/** A driver file counts when the library it names is there (a bare name is left to the loader). */
function usable(path) {
  try {
    const library = JSON.parse(readFileSync(path, 'utf8')).ICD.library_path;
    return !library.includes('/') || existsSync(library.startsWith('/') ? library : join(dirname(path), library));
  } catch { return false; }
}
function find({ file }) {
  const named = (process.env.VK_ICD_FILENAMES ?? process.env.VK_DRIVER_FILES ?? '').split(delimiter).filter((p) => file.test(p));
  return [...named, ...folders().flatMap((d) => list(d).filter((n) => file.test(n)).sort().map((n) => join(d, n)))].find(usable);
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const run = (adapter, icd) => new Promise((done) => {
  const env = { ...process.env, VK_ICD_FILENAMES: icd, VK_DRIVER_FILES: icd, GPU_ADAPTER: adapter };
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  spawn(process.execPath, [vitest, 'run', '--project', 'gpu', ...process.argv.slice(2)], { cwd: root, env, stdio: 'inherit' }).on('close', (code) => done(code ?? 1));
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
