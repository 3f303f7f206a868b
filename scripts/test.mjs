// npm test: installs what the tests need, runs every level, says how long each took, and ends with one line
// `N passed, N failed`. `npm run test:all` (--all) runs the full grids on both adapters and the packed bundle too:
// docs/decisions/0016-two-tiers.md.
import { installBrowser, installMesa } from './system.mjs';
import { install, requireNode20, run, runAndRead } from './lib.mjs';

const unknown = process.argv.slice(2).filter((a) => a !== '--all');
if (unknown.length > 0) {
  console.error(`${unknown.join(' ')} is not known; there is --all`);
  process.exit(2);
}
const all = process.argv.includes('--all');

requireNode20();
await install('all');
const browser = await installBrowser();
await installMesa();
const env = {
  ...process.env,
  REQUIRE_WEBGPU: '1',
  FORCE_COLOR: '0',
  NO_COLOR: '1',
  FULL: all ? '1' : (process.env.FULL ?? '0'),
  ...(browser && { CHROMIUM: browser }),
};

let passed = 0;
let failed = 0;
const levels = [];
/** Runs a level, times it, and adds what it counted. */
async function level(title, work) {
  console.log(`\n── ${title}`);
  const began = Date.now();
  const { good, bad } = await work();
  passed += good;
  failed += bad;
  if (bad > 0) console.error(`✗ ${title}`);
  levels.push({ title, minutes: (Date.now() - began) / 60_000, good, bad });
}
/** A level that is one check: passes or fails as a whole. */
const check = (title, command, args, extra = {}) =>
  level(title, async () => {
    const code = await run(command, args, { env: { ...env, ...extra } });
    return { good: Number(code === 0), bad: Number(code !== 0) };
  });
/** A level that counts its own tests. Failing without a count is one failure: nothing passes in silence. */
const suite = (title, command, args, counts) =>
  level(title, async () => {
    const { code, text } = await runAndRead(command, args, { env });
    const sum = (pattern) => [...text.matchAll(pattern)].reduce((n, m) => n + Number(m[1]), 0);
    const good = sum(counts.passed);
    const bad = sum(counts.failed);
    return { good, bad: bad > 0 || (code === 0 && good > 0) ? bad : 1 };
  });
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
if (all) await check('Packed bundle', 'node', ['scripts/pack/check.mjs']);

console.log(`\nMinutes (${all ? 'all' : 'short tier; npm run test:all for full grids'})`);
for (const { title, minutes, good, bad } of levels)
  console.log(`  ${minutes.toFixed(1).padStart(5)}  ${title}: ${good} passed${bad > 0 ? `, ${bad} failed` : ''}`);
console.log(
  `  ${levels
    .reduce((sum, { minutes }) => sum + minutes, 0)
    .toFixed(1)
    .padStart(5)}  together`,
);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
