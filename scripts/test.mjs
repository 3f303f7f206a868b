// npm test: installs what the tests need, runs every level, and ends with one line `N passed, N failed`.
import { installBrowser, installMesa } from './system.mjs';
import { install, requireNode20, run, runAndRead } from './lib.mjs';

requireNode20();
await install('all');
const browser = await installBrowser();
await installMesa();
const env = {
  ...process.env,
  REQUIRE_WEBGPU: '1',
  FORCE_COLOR: '0',
  NO_COLOR: '1',
  ...(browser && { CHROMIUM: browser }),
};

let passed = 0;
let failed = 0;
/** A level that is one check: passes or fails as a whole. */
async function check(title, command, args, extra = {}) {
  console.log(`\n── ${title}`);
  (await run(command, args, { env: { ...env, ...extra } })) === 0 ? passed++ : (failed++, console.error(`✗ ${title}`));
}
/** A level that counts its own tests. Failing without a count is one failure: nothing passes in silence. */
async function suite(title, command, args, counts) {
  console.log(`\n── ${title}`);
  const { code, text } = await runAndRead(command, args, { env });
  const sum = (pattern) => [...text.matchAll(pattern)].reduce((n, m) => n + Number(m[1]), 0);
  const good = sum(counts.passed);
  const bad = sum(counts.failed);
  passed += good;
  failed += bad > 0 || (code === 0 && good > 0) ? bad : 1;
  if (code !== 0 || good === 0) console.error(`✗ ${title}`);
}
const vitest = { passed: /^\s*Tests\s.*?(\d+) passed/gm, failed: /^\s*Tests\s+(\d+) failed/gm };

await check('Format', 'npx', ['prettier', '--check', '--log-level', 'warn', '.']);
await check('Types', 'npx', ['tsc', '-p', '.']);
await check('Lint', 'npx', ['eslint', '.', '--max-warnings', '0']);
await suite('Unit tests', 'npx', ['vitest', 'run', '--project', 'unit'], vitest);
await suite('GPU tests', 'node', ['scripts/gpu-tests.mjs'], vitest);
// Both adapters run the same cases kernel by kernel above; here the command itself, on the one that offers every
// feature.
await check('Verify', 'node', ['scripts/verify.mjs', '--quiet'], { ADAPTER: 'lavapipe' });
await check('Build', 'npx', ['vite', 'build', '--logLevel', 'warn']);
await check('Bundle size', 'node', ['scripts/bundle-size.mjs']);
await suite('Browser tests', 'npx', ['playwright', 'test'], {
  passed: /^\s+(\d+) passed/gm,
  failed: /^\s+(\d+) (?:failed|flaky|did not run|skipped)/gm,
});

console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
