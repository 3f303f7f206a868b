// npm run faults -- --generate=200 [--seed=1] [--area=samplers,…] [--jobs=2] [--json=file] [--without=test,…]
// [--patience=240] [--no-baseline]: draws that many small wrong edits, as many in each area of areas.mjs, plants one at
// a time in a copy of the last commit and runs the nearest tests. Prints each with the test that caught it, and the
// share caught by area. On a busy machine give it more patience: seconds until a silent test is held to be in a loop
// without an end. --without leaves tests out by file, or by file and name.
// npm run faults -- --again=file: those of an earlier run's JSON that were missed, once more.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib.mjs';
import { areas, filesOf, testsOf, timed } from './areas.mjs';
import { copy } from './copy.mjs';
import { drawn, shares } from './mutate/draw.mjs';
import { described, lineOf, planted } from './mutate/edit.mjs';
import { equivalents, mutantsOf, namesSet } from './mutate/mutants.mjs';
import { nearestTests } from './mutate/run.mjs';
import { summary, table, told } from './mutate/summary.mjs';
import { createTypeCheck } from './mutate/types.mjs';

const known = ['generate', 'seed', 'area', 'jobs', 'json', 'patience', 'without', 'no-baseline', 'again'];
for (const argument of process.argv.slice(2)) {
  const [name] = argument.replace(/^--/, '').split('=');
  if (!known.includes(name))
    throw new Error(`${argument} is not known; there are ${known.map((k) => `--${k}`).join(', ')}`);
}
const flag = (name, fallback) =>
  process.argv.find((a) => a.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback;
const words = (name) => flag(name, '').split(',').filter(Boolean);
const seed = Number(flag('seed', '1'));
const count = Number(flag('generate', '200'));
const jobs = Number(flag('jobs', '1'));
const json = flag('json', '');
const again = flag('again', '');
// A test that says nothing for this many seconds while its process is busy is in a loop without an end.
const silence = 1000 * Number(flag('patience', '240'));
const options = { ignored: [...timed, ...words('without')], silence };

const listed = JSON.parse(readFileSync(join(root, 'scripts/faults/equivalent.json'), 'utf8'));
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
const paths = git('ls-tree', '-r', '--name-only', '-z', 'HEAD').split('\0').filter(Boolean);
const wanted = words('area').length > 0 ? words('area') : Object.keys(areas);
for (const name of wanted)
  if (!areas[name]) throw new Error(`There is no area '${name}'; there are ${Object.keys(areas).join(', ')}.`);

/** Mutants of an area as they are taken, those listed as equivalent left out and counted. */
function* fresh(name, sources, counts) {
  const area = areas[name];
  const setElsewhere = area.shaders ? namesSet(testsOf([area.shaders.wrappers], paths).map(sources)) : undefined;
  const mutants = [];
  const same = new Map();
  for (const file of filesOf(area, paths)) {
    mutants.push(...mutantsOf(file, sources(file), setElsewhere));
    same.set(file, equivalents(listed, file, sources(file)));
  }
  counts.possible = mutants.length;
  for (const mutant of drawn(mutants, seed, name)) {
    const text = mutant.text();
    if (same.get(mutant.file).texts.has(text)) counts.equivalent++;
    else
      yield {
        area: name,
        kind: mutant.edit.kind,
        file: mutant.file,
        line: lineOf(sources(mutant.file), mutant.edit.start),
        ...described(sources(mutant.file), mutant.edit),
      };
  }
}

/** Those that an earlier run missed. */
function* missedBefore(name, earlier) {
  for (const mutant of earlier.mutants)
    if (mutant.area === name && ['missed', 'stuck'].includes(mutant.outcome)) yield mutant;
}

const folders = Array.from({ length: jobs }, copy);
// Also when the run is broken off.
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
const results = [];
const tallies = Object.fromEntries(wanted.map((name) => [name, { possible: 0, equivalent: 0, invalid: 0 }]));
// Texts as they are before anything is planted.
const kept = new Map();
const sources = (path) => {
  if (!kept.has(path)) kept.set(path, readFileSync(join(folders[0], path), 'utf8'));
  return kept.get(path);
};
for (const path of paths) if (/\.(ts|wgsl)$/.test(path)) sources(path);
const compiles = wanted.some((name) => !areas[name].shaders) ? createTypeCheck(folders[0]) : () => true;

if (!process.argv.includes('--no-baseline')) await baseline({ folder: folders[0], paths, read: sources });

const share = shares(count, wanted.length);
const streams = wanted.map((name, i) => ({
  name,
  left: again ? Infinity : share[i],
  mutants: again ? missedBefore(name, JSON.parse(readFileSync(again, 'utf8'))) : fresh(name, sources, tallies[name]),
}));
/** The next mutant that compiles, areas one after the other; undefined when all have their share. */
const next = () => {
  for (const stream of streams)
    while (stream.left > 0) {
      const { value: mutant } = stream.mutants.next();
      if (!mutant) break;
      const text = planted(sources(mutant.file), mutant);
      if (text === undefined) console.log(`gone    ${mutant.file}:${mutant.line} is no longer as it was`);
      else if (mutant.file.endsWith('.ts') && !compiles(mutant.file, text)) tallies[stream.name].invalid++;
      else {
        stream.left--;
        return { stream, mutant, text };
      }
    }
  return undefined;
};
await Promise.all(
  folders.map(async (folder) => {
    for (let one = next(); one; one = next()) await attempt(folder, one, sources);
  }),
);
const areasRun = summary(wanted, results, tallies);
console.log(`\n${table(areasRun)}`);
for (const r of results.filter((x) => x.outcome === 'missed' || x.outcome === 'stuck')) console.log(`\n${told(r)}`);
if (json) write();

/** The tests that will be asked must be green before anything is planted. */
async function baseline(tree) {
  const asked = wanted.map((name) => areas[name]);
  const unit = asked.filter((a) => !a.shaders);
  const all = { near: unit.flatMap((a) => a.near), mutated: unit.flatMap((a) => filesOf(a, paths)) };
  for (const area of [...(unit.length > 0 ? [all] : []), ...asked.filter((a) => a.shaders)]) {
    const began = Date.now();
    const { outcome, by, detail } = await nearestTests(area, undefined, tree, options);
    if (outcome !== 'missed')
      throw new Error(
        `Without any mutant the tests are red: what they say of mutants would mean nothing. ${by ?? outcome}: ${detail}\nTo leave a test out: --without=${by ?? 'file'}`,
      );
    const kind = area.shaders ? 'verification suite and GPU tests' : 'unit tests';
    console.log(`no mutant: ${kind} green in ${((Date.now() - began) / 1000).toFixed(0)} s`);
  }
}

async function attempt(folder, { stream, mutant, text }, sources) {
  const path = join(folder, mutant.file);
  const began = Date.now();
  writeFileSync(path, text);
  const found = await nearestTests(areas[mutant.area], mutant.file, { folder, paths, read: sources }, options);
  writeFileSync(path, sources(mutant.file));
  const result = { ...mutant, ...found, seconds: Math.round((Date.now() - began) / 1000) };
  if (found.outcome === 'invalid') {
    tallies[mutant.area].invalid++;
    stream.left++;
  } else results.push(result);
  console.log(told(result));
  if (json) write();
}

function write() {
  const order = (r) => wanted.indexOf(r.area);
  const mutants = [...results].sort((a, b) => order(a) - order(b));
  const body = {
    date: new Date().toISOString().slice(0, 10),
    commit: git('rev-parse', 'HEAD'),
    seed,
    without: options.ignored,
    areas: summary(wanted, results, tallies),
    mutants,
  };
  writeFileSync(json, `${JSON.stringify(body, null, 1)}\n`);
}
