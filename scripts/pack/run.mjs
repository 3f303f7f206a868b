// The bundle's one command, run by the node that it brings: every suite in a process of its own with a limit of time,
// and one JSON file that says what ran, on which adapter, with what outcome. Uses nothing but Node.
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const known = ['only', 'minutes', 'quick', 'out'];
const flags = Object.fromEntries(
  process.argv.slice(2).map((argument) => {
    const [, name, value = ''] = /^--([a-z]+)(?:=(.*))?$/.exec(argument) ?? [];
    if (!known.includes(name)) stop(`${argument} is not known; there are ${known.map((k) => `--${k}`).join(', ')}`);
    return [name, value];
  }),
);
const quick = 'quick' in flags;
const out = resolve(flags.out ?? 'results');

/** In the order in which they run. `minutes`: after these a suite is ended, and counts as failed. */
const suites = {
  verify: { minutes: 20, args: ['--quiet', `--json=${join(out, 'verify.json')}`] },
  bench: { minutes: 20, args: [] },
  speed: { minutes: 10, args: ['speed', ...(quick ? ['--repeats=1'] : [])] },
  language: {
    minutes: 20,
    args: [
      'language',
      '--parts=speed',
      `--json=${out}`,
      ...(quick ? ['--models=countdown', '--formats=f32,int8', '--tokens=4', '--repeats=1', '--prompts=32'] : []),
    ],
  },
};
const only = flags.only === undefined ? Object.keys(suites) : flags.only.split(',');
for (const name of only) if (!(name in suites)) stop(`${name}: there are ${Object.keys(suites).join(', ')}`);
if (flags.minutes !== undefined && !(Number(flags.minutes) > 0)) stop(`--minutes=${flags.minutes}: a positive number`);

function stop(message) {
  console.error(message);
  process.exit(2);
}
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined);
const ask = (command, args) => {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
};

// The loader of Vulkan drivers comes along, for machines that have a driver and no loader.
const loaders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/lib/x86_64-linux-gnu', '/usr/lib', '/usr/local/lib'];
const loader = loaders.find((folder) => existsSync(join(folder, 'libvulkan.so.1')));
const env = {
  ...process.env,
  GPU_ADAPTER: 'system',
  BENCH_ROOT: here,
  BENCH_OPTIONS: JSON.stringify({ cases: [], engines: ['ours'], samples: quick ? 5 : 10, quick }),
  ...(loader === undefined && {
    LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, join(here, 'lib')].filter(Boolean).join(':'),
  }),
};

/** Runs a suite to its end or its limit; its output is shown and kept in <name>.log. */
function runSuite(name, args, minutes) {
  return new Promise((resolve) => {
    const began = Date.now();
    const child = spawn(process.execPath, [join(here, 'suites', `${name}.js`), ...args], { cwd: here, env });
    const log = createWriteStream(join(out, `${name}.log`));
    let text = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, minutes * 60_000);
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (name !== 'adapter' && name !== 'bench') process.stdout.write(chunk);
      log.write(chunk);
    });
    child.stderr.on('data', (chunk) => {
      process.stderr.write(chunk);
      log.write(chunk);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      log.end();
      const seconds = Number(((Date.now() - began) / 1000).toFixed(1));
      resolve({ text, outcome: { code, ...(signal && { signal }), timedOut, seconds } });
    });
  });
}

/** What the bench says, a marked line for each case and one for the whole: as one object, and a table. */
function benchResult(text) {
  const said = text
    .split('\n')
    .filter((line) => line.startsWith('@bench '))
    .map((line) => JSON.parse(line.slice(7)));
  const cases = said.flatMap(({ result }) => (result ? [result] : []));
  return { ...said.find(({ report }) => report)?.report, cases };
}

/** The rows of a printed table, by their headings. */
function rowsOf(text) {
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  const [head, , ...rows] = lines.map((line) => line.split('|').slice(1, -1));
  return rows.map((cells) => Object.fromEntries(cells.map((cell, i) => [head[i].trim(), cell.trim()])));
}

mkdirSync(out, { recursive: true });
const first = await runSuite('adapter', [], 2);
if (first.outcome.code !== 0)
  stop(
    `No GPU answers here, so nothing ran. Dawn needs a Vulkan driver: on NVIDIA's, libGLX_nvidia and its nvidia_icd.json (in containers the capability "graphics"); VK_ICD_FILENAMES names another. Vulkan's loader: ${loader ?? 'the one in lib/'}.`,
  );
const adapter = JSON.parse(first.text.trim().split('\n').at(-1));
console.log(`${adapter.name}${adapter.software ? ' (software)' : ''}`);

const ran = {};
for (const name of only) {
  const { minutes, args } = suites[name];
  console.log(`\n── ${name}`);
  const { text, outcome } = await runSuite(name, args, Number(flags.minutes ?? minutes));
  if (name === 'bench') {
    const bench = benchResult(text);
    writeFileSync(join(out, 'bench.json'), `${JSON.stringify(bench, null, 1)}\n`);
    const wrong = bench.cases.filter((c) => ['wrong', 'failed'].includes(c.engines.ours?.status)).map((c) => c.id);
    ran[name] = { ...outcome, cases: bench.cases.length, wrong };
  } else ran[name] = outcome;
  if (name === 'speed') writeFileSync(join(out, 'speed.json'), `${JSON.stringify(rowsOf(text), null, 1)}\n`);
  const how = outcome.code === 0 ? 'done' : `exit ${outcome.code}`;
  console.log(`${name}: ${outcome.timedOut ? 'ended at its limit' : how} in ${outcome.seconds} s`);
}

const good = Object.values(ran).every(({ code, wrong = [] }) => code === 0 && wrong.length === 0);
const bundle = JSON.parse(readFileSync(join(here, 'bundle.json'), 'utf8'));
const report = {
  date: new Date().toISOString(),
  passed: good,
  adapter,
  driver: {
    nvidia: ask('nvidia-smi', ['--query-gpu=name,driver_version,vbios_version', '--format=csv,noheader']),
    kernelModule: read('/proc/driver/nvidia/version'),
    icd: process.env.VK_ICD_FILENAMES ?? process.env.VK_DRIVER_FILES,
  },
  machine: { kernel: release(), cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0] },
  versions: { ...bundle.versions, node: process.versions.node },
  bundle,
  suites: ran,
};
writeFileSync(join(out, 'report.json'), `${JSON.stringify(report, null, 1)}\n`);
console.log(`\n${good ? 'PASSED' : 'FAILED'}: ${join(out, 'report.json')}`);
process.exit(good ? 0 : 1);
