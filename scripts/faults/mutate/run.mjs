// Runs the nearest tests on a tree with one mutant planted.
import { basename, join } from 'node:path';
import { adapters, envFor, find } from '../../adapters.mjs';
import { testsOf, wordsFor } from '../areas.mjs';
import { watch } from './watch.mjs';

const here = import.meta.dirname;

/**
 * @typedef {object} Verdict
 * @property {'caught' | 'missed' | 'timeout' | 'crash' | 'stuck' | 'invalid'} outcome timeout: a loop without an end;
 *   crash: the tests end red, but no test says so; stuck: waits for ever; invalid: the shader does not compile
 * @property {string | null} by first test that failed
 * @property {string | null} detail what it said
 */

function verdict(failed, { code, hung, tail }) {
  if (failed) return { outcome: failed.invalid ? 'invalid' : 'caught', by: failed.by, detail: failed.detail };
  if (hung) return { outcome: hung === 'busy' ? 'timeout' : 'stuck', by: null, detail: tail.slice(-300) };
  if (code === 0) return { outcome: 'missed', by: null, detail: null };
  return { outcome: /ShaderError/.test(tail) ? 'invalid' : 'crash', by: null, detail: tail.slice(-300) };
}

/** @returns {Promise<Verdict>} */
async function vitest(folder, project, args, { env = process.env, ignored, silence }) {
  let failed;
  let ignoredRed = false;
  let crashed = false;
  const script = join(folder, 'node_modules/vitest/vitest.mjs');
  const result = await watch(
    process.execPath,
    [
      ...[script, ...args, '--project', project, '--run', '--passWithNoTests'],
      // A test that waits for ever says so itself before the silence is noticed.
      ...[`--testTimeout=${(silence * 3) / 4}`, `--reporter=${join(here, 'reporter.mjs')}`],
    ],
    {
      cwd: folder,
      env: { ...env, NO_COLOR: '1' },
      silence,
      onLine(line) {
        const [word, file, name, detail = ''] = line.split('\t');
        crashed ||= word === 'CRASH';
        if (word !== 'FAIL') return false;
        const by = `${file}: ${name}`;
        if (ignored.some((i) => by.startsWith(i))) {
          ignoredRed = true;
          return false;
        }
        failed = { by, detail, invalid: detail.includes('ShaderError') };
        return true;
      },
    },
  );
  const green = ignoredRed && !crashed && !result.hung && result.code === 1;
  return verdict(failed, green ? { ...result, code: 0 } : result);
}

/** @returns {Promise<Verdict>} */
async function verify(folder, first, { silence }) {
  const env = lavapipe();
  let failed;
  let heading;
  const script = [join(folder, 'node_modules/vite-node/vite-node.mjs'), join(folder, 'scripts/verify.ts'), '--bail'];
  const result = await watch(process.execPath, [...script, ...(first.length > 0 ? [`--first=${first}`] : [])], {
    cwd: folder,
    env,
    silence,
    onLine(line) {
      if (heading !== undefined) {
        const detail = line.trim();
        failed = { by: heading, detail, invalid: /^ShaderError/.test(detail) };
        return true;
      }
      heading = /^FAIL\s+(.*?)\s+\([\d.]+ s\)$/.exec(line)?.[1];
      return false;
    },
  });
  return verdict(failed, result);
}

function lavapipe() {
  const icd = find(adapters.find((a) => a.name === 'lavapipe'));
  if (!icd) throw new Error('lavapipe is not here; without it no fault of a shader can be looked for');
  return envFor('lavapipe', icd);
}

/** GPU tests that import one of the wrappers whose sources name this shader, directly or through others. */
function gpuTests({ shaders: { wrappers, near } }, file, paths, read) {
  const found = testsOf([wrappers], paths).filter((p) => read(p).includes(basename(file)));
  for (const one of found)
    for (const other of testsOf([wrappers], paths))
      if (!found.includes(other) && read(other).includes(`/${basename(one)}'`)) found.push(other);
  const imports = (test) =>
    found.some((w) => read(test).includes(`/${basename(w)}'`) || /families|familyById/.test(read(test)));
  return testsOf(near, paths).filter(imports);
}

/**
 * The nearest tests of an area on a tree.
 * @param file what was mutated, or undefined for all tests that may be asked
 * @param tree { folder, paths, read }: paths of the repository, and a file's text before any mutation
 * @returns {Promise<Verdict>}
 */
export async function nearestTests(area, file, { folder, paths, read }, options) {
  if (area.shaders) {
    const first = await verify(folder, file === undefined ? [] : wordsFor(file), options);
    if (first.outcome !== 'missed') return first;
    const tests = file === undefined ? testsOf(area.shaders.near, paths) : gpuTests(area, file, paths, read);
    if (tests.length === 0) return first;
    return vitest(folder, 'gpu', ['run', ...tests], { ...options, env: lavapipe() });
  }
  const near = await vitest(folder, 'unit', ['run', ...testsOf(area.near, paths)], options);
  if (near.outcome !== 'missed') return near;
  return vitest(folder, 'unit', ['related', ...(file === undefined ? area.mutated : [file])], options);
}
