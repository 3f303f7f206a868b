// Packs the bundle, unpacks it in an empty folder, runs it there on lavapipe with the network off, and holds its report
// against what is promised. A level of `npm run test:all`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adapters, find } from '../adapters.mjs';
import { root, run } from '../lib.mjs';

const icd = find(adapters.find(({ name }) => name === 'lavapipe'));
if (!icd) throw new Error('lavapipe is not here: install mesa-vulkan-drivers 25 or later');
// A network of one's own, with nothing in it; where that is not permitted, at least no way that this environment knows.
const apart = spawnSync('unshare', ['-n', 'true']).status === 0 ? ['unshare', '-n'] : [];
console.log(
  apart.length > 0 ? 'The network is off (unshare -n).' : 'unshare -n is not permitted here: no proxies, no names.',
);
const folder = mkdtempSync(join(tmpdir(), 'stepscope-unpacked-'));
const problems = [];
const must = (holds, what) => {
  if (!holds) problems.push(what);
};
try {
  const archive = join(folder, 'bundle.tar.gz');
  if ((await run(process.execPath, [join(root, 'scripts/pack/pack.mjs'), `--out=${archive}`])) !== 0) process.exit(1);
  spawnSync('tar', ['-xzf', archive, '-C', folder], { stdio: 'inherit' });
  rmSync(archive);
  const place = join(folder, 'stepscope');
  // Nothing of this machine's node, packages or repository is in reach by name.
  const env = { PATH: '/usr/bin:/bin', HOME: folder, VK_ICD_FILENAMES: icd, no_proxy: '*' };
  const [command, ...args] = [...apart, './run.sh', '--quick', '--minutes=15'];
  const code = await run(command, args, { cwd: place, env });
  must(code === 0, `exit ${code}`);
  const file = join(place, 'results/report.json');
  must(existsSync(file), 'no report.json');
  const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  must(/llvmpipe/.test(report?.adapter.name), `the adapter's name is ${report?.adapter.name}`);
  must(report?.versions.node === process.versions.node, `node is ${report?.versions.node}`);
  must(/^\d{4}-\d\d-\d\dT/.test(report?.date), `the date is ${report?.date}`);
  for (const name of ['verify', 'bench', 'speed', 'language'])
    must(report?.suites[name]?.code === 0, `${name}: ${JSON.stringify(report?.suites[name])}`);
  const result = (name) => JSON.parse(readFileSync(join(place, 'results', name), 'utf8'));
  if (report?.passed) {
    must(result('verify.json').passed > 200, 'verify ran hardly anything');
    must(
      result('bench.json').cases.some((c) => c.engines.ours?.status === 'ok'),
      'the bench timed nothing',
    );
    must(result('speed.json').length > 5, 'the speed table is short');
    must(result('language-system.json').speed.length > 0, "no language model's speed");
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.error(`✗ ${problem}`);
process.exit(problems.length > 0 ? 1 : 0);
