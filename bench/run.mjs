// npm run bench [-- --dawn --adapter=swiftshader|lavapipe --cases=matmul,softmax --engines=ours,ort --samples=10
// --quick --json=path --tables] Times Stepscope and its peers side by side: in headless Chromium, or with --dawn in
// Node. See bench/README.md.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { adapters, find } from '../scripts/adapters.mjs';
import { root, run } from '../scripts/lib.mjs';
import { inChromium } from './chromium.mjs';
import { inDawn } from './dawn.mjs';
import { judge, line, table } from './report.mjs';
import { writeTables } from './tables.mjs';

const known = ['dawn', 'adapter', 'cases', 'engines', 'samples', 'quick', 'json', 'tables'];
const given = Object.fromEntries(
  process.argv
    .slice(2)
    .map((a) => /^--([a-z]+)(?:=(.*))?$/.exec(a))
    .map((m, i) =>
      m && known.includes(m[1])
        ? [m[1], m[2] ?? true]
        : fail(`unknown option ${process.argv[i + 2]}; there are --${known.join(' --')}`),
    ),
);
const list = (value) => (typeof value === 'string' ? value.split(',').filter(Boolean) : []);

function fail(message) {
  console.error(message);
  process.exit(2);
}

if (given.tables) {
  writeTables();
  process.exit(0);
}

const quick = Boolean(given.quick);
const samples = Number(given.samples ?? (quick ? 5 : 10));
if (!(samples >= 1)) fail(`--samples=${given.samples}: a positive number`);
const options = { cases: list(given.cases), engines: list(given.engines), samples, quick };
const name = given.adapter ?? process.env.ADAPTER ?? (given.dawn ? 'lavapipe' : 'swiftshader');
if (name === 'lavapipe' && !given.dawn)
  fail(
    'Chromium offers only its own software adapter, whatever other drivers there are (tried: --use-vulkan=native with --use-webgpu-adapter=default and six other sets of flags): run lavapipe with --dawn',
  );
const adapter =
  adapters.find((a) => a.name === name) ??
  (name === 'gpu' && !given.dawn
    ? { name }
    : fail(`--adapter=${name}: there are ${adapters.map((a) => a.name).join(', ')}${given.dawn ? '' : ' and gpu'}`));
const icd = name === 'gpu' ? undefined : find(adapter);
if (name !== 'gpu' && !icd) fail(`${name}: not found; install ${adapter.install}`);

// The peers are not dependencies of the app: they are installed on first use. Their install scripts only fetch what
// Node needs, which is not used.
const bench = join(root, 'bench');
const stamp = join(bench, 'node_modules/.installed');
const lock = readFileSync(join(bench, 'package-lock.json'), 'utf8');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.log('Installing the peers …');
  if ((await run('npm', ['ci', '--prefix', bench, '--ignore-scripts', '--no-audit', '--no-fund'])) !== 0)
    fail('The peers could not be installed. Check the connection to the npm registry and run the command again.');
  writeFileSync(stamp, lock);
}

// The peers run whole models from ONNX files, which a Python script makes from ours. Without them only ours runs.
if (!existsSync(join(bench, 'models/out/export.json'))) {
  const python = process.env.PYTHON ?? 'python3';
  const able = spawnSync(python, ['-c', 'import numpy, onnx'], { stdio: 'ignore' }).status === 0;
  if (!able || (await run(python, [join(bench, 'models/export.py')])) !== 0)
    console.error(
      `Peers get no whole models: ${python} needs the packages numpy and onnx for bench/models/export.py (PYTHON names another interpreter).`,
    );
}

const start = Date.now();
const results = [];
const say = (what) => {
  if (what.begin) process.stderr.write(`… ${what.begin}\n`);
  else {
    results.push(what.result);
    console.log(line(what.result));
  }
};
let report;
try {
  report = await (given.dawn ? inDawn(options, name, icd, say) : inChromium(options, name, say));
} catch (error) {
  console.error(`The run ended early: ${error.message}`);
}
if (!report) process.exit(1);

const version = (path) => JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')).version;
const peers = Object.keys(JSON.parse(readFileSync(join(bench, 'package.json'), 'utf8')).dependencies);
const { runtime, ...measured } = report;
const file = {
  date: new Date().toISOString().slice(0, 10),
  minutes: Number(((Date.now() - start) / 60_000).toFixed(1)),
  runtime,
  name: `${name}-${given.dawn ? 'dawn' : 'chromium'}`,
  quick,
  versions: {
    stepscope: version('.'),
    ...Object.fromEntries(peers.map((p) => [p, version(`bench/node_modules/${p}`)])),
    'onnxruntime-web of transformers': version(
      'bench/node_modules/@huggingface/transformers/node_modules/onnxruntime-web',
    ),
  },
  ...measured,
  cases: results,
};
const verdict = judge(file);
for (const e of report.engines) if (e.refused) console.log(`${e.title} does not run here: ${e.refused}`);
console.log(`\n${table(file)}\n\n${verdict.sentences.join('\n')}`);

// A part of the cases must not replace a whole run.
const whole = options.cases.length === 0 && options.engines.length === 0 && !quick;
const usual = whole ? join(bench, 'results', `${file.name}.json`) : undefined;
const path = typeof given.json === 'string' ? given.json : usual;
if (path) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(file, null, 1)}\n`);
  console.log(`\nWritten to ${path}`);
}
process.exit(verdict.oursRight ? 0 : 1);
