// npm test: installs what the tests need, runs every level, says how long each took, and ends with one line
// `N passed, N failed`. `npm run test:all` (--all) runs the full grids on both adapters and the packed bundle too:
// docs/decisions/0016-two-tiers.md.
import { adapters } from './adapters.mjs';
import { installBrowser, installMesa } from './system.mjs';
import { install, requireNode20, runAndRead } from './lib.mjs';

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
/**
 * Runs a level, times it, and adds what it counted. `read` runs a command: what it writes is shown as it comes, or, of
 * a level beside others, when the level has ended.
 */
async function level({ title, work }, beside = false) {
  const heading = `\n── ${title}`;
  if (!beside) console.log(heading);
  const began = Date.now();
  let written = '';
  const {
    good,
    again = 0,
    bad,
  } = await work(async (command, args, extra = {}) => {
    const outcome = await runAndRead(command, args, { env: { ...env, ...extra }, silent: beside });
    written += outcome.text;
    return outcome;
  });
  if (beside) console.log(`${heading}\n${written.trimEnd()}`);
  passed += good;
  failed += bad;
  if (bad > 0) console.error(`✗ ${title}`);
  levels.push({ title, minutes: (Date.now() - began) / 60_000, good, again, bad });
}
/** Lists of levels side by side, each in its order: a core for each. */
async function sideBySide(...lists) {
  const titles = lists.map((list) => list.map(({ title }) => title).join(', then '));
  console.log(`\n── Side by side, each shown when it has ended\n${titles.map((t) => `   ${t}`).join('\n')}`);
  await Promise.all(
    lists.map(async (list) => {
      for (const each of list) await level(each, true);
    }),
  );
}
/** A level that is one check: passes or fails as a whole. */
const check = (title, command, args, extra) => ({
  title,
  work: async (read) => {
    const { code } = await read(command, args, extra);
    return { good: Number(code === 0), bad: Number(code !== 0) };
  },
});
/** A level that counts its own tests. Failing without a count is one failure: nothing passes in silence. */
const suite = (title, command, args, counts, extra) => ({
  title,
  work: async (read) => {
    const { code, text } = await read(command, args, extra);
    const sum = (pattern) => [...text.matchAll(pattern)].reduce((n, m) => n + Number(m[1]), 0);
    const again = counts.again ? sum(counts.again) : 0;
    const good = sum(counts.passed) + again;
    const bad = sum(counts.failed);
    return { good, again, bad: bad > 0 || (code === 0 && good > 0) ? bad : 1 };
  },
});
const vitest = { passed: /^\s*Tests\s.*?(\d+) passed/gm, failed: /^\s*Tests\s+(\d+) failed/gm };
const gpu = ({ name, complete }) =>
  suite(`GPU tests on ${name}`, 'node', ['scripts/gpu-tests.mjs'], vitest, {
    ADAPTER: name,
    REDUCED: complete ? '0' : '1',
    TIMED: 'without',
  });

const began = Date.now();
await level(suite('Unit tests', 'npx', ['vitest', 'run', '--project', 'unit'], vitest));
// A software adapter compiles on one core most of its time; so do these checks.
await sideBySide(adapters.filter((a) => a.complete).map(gpu), [
  ...adapters.filter((a) => !a.complete).map(gpu),
  check('Format', 'npx', ['prettier', '--check', '--log-level', 'warn', '.']),
  check('Types', 'npx', ['tsc', '-p', '.']),
  check('Lint', 'npx', ['eslint', '.', '--max-warnings', '0']),
  // Both adapters run the same cases kernel by kernel; here the command itself, on the one that offers every feature.
  check('Verify', 'node', ['scripts/verify.mjs', '--quiet'], { ADAPTER: 'lavapipe' }),
]);
// Tests that hold the clock to a bound: alone on the machine.
await level(suite('GPU timings', 'node', ['scripts/gpu-tests.mjs'], vitest, { TIMED: 'only' }));
await level(check('Build', 'npx', ['vite', 'build', '--logLevel', 'warn']));
await level(check('Bundle size', 'node', ['scripts/bundle-size.mjs']));
await level(
  suite('Browser tests', 'npx', ['playwright', 'test'], {
    passed: /^\s+(\d+) passed/gm,
    again: /^\s+(\d+) flaky/gm,
    failed: /^\s+(\d+) (?:failed|did not run|skipped)/gm,
  }),
);
if (all) await level(check('Packed bundle', 'node', ['scripts/pack/check.mjs']));

console.log(`\nMinutes (${all ? 'all' : 'short tier; npm run test:all for full grids'})`);
for (const { title, minutes, good, again, bad } of levels) {
  const told = [`${good} passed`, again > 0 && `${again} of them at the second try`, bad > 0 && `${bad} failed`];
  console.log(`  ${minutes.toFixed(1).padStart(5)}  ${title}: ${told.filter(Boolean).join(', ')}`);
}
console.log(`  ${((Date.now() - began) / 60_000).toFixed(1).padStart(5)}  together`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
