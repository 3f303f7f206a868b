// npm run faults -- [--only=word,word] [--jobs=2] [--json=file] [--no-baseline]: plants every fault of faults.mjs, one
// at a time, in a copy of the last commit and runs the verification suite on it, or the tests that the fault names.
// Each must turn them red; prints the ones that did not and fails if there is any.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { adapters, envFor, find } from '../adapters.mjs';
import { root } from '../lib.mjs';
import { copy } from './copy.mjs';
import { faults } from './faults.mjs';

const flag = (name, fallback) =>
  process.argv.find((a) => a.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback;
const only = flag('only', '')
  .split(',')
  .filter((w) => w !== '');
const jobs = Number(flag('jobs', '2'));
const json = flag('json', only.length > 0 ? '' : join(root, 'scripts/faults/result.json'));
const wanted = faults.filter((f) => only.length === 0 || only.some((w) => `${f.file} ${f.why}`.includes(w)));
/** A fault may make a kernel run for ever; a suite that does not end is not green. */
const LIMIT = 15 * 60_000;

function verify(folder, adapter, extra) {
  const icd = find(adapters.find((a) => a.name === adapter));
  if (!icd) throw new Error(`${adapter} is not here; without it the faults cannot be looked for`);
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [join(folder, 'node_modules/vite-node/vite-node.mjs'), join(folder, 'scripts/verify.ts'), '--quiet', ...extra],
      { cwd: folder, env: envFor(adapter, icd), stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT);
    const began = Date.now();
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
    child.on('close', (code) => {
      clearTimeout(timer);
      const failed = /^FAIL\s+(.*?)\s+\([\d.]+ s\)\n\s+(.*)$/m.exec(text);
      resolve({
        code,
        seconds: (Date.now() - began) / 1000,
        by: failed?.[1] ?? null,
        detail: failed?.[2] ?? null,
        text,
      });
    });
  });
}

/** Tests that must see a fault, of the processor or of an adapter: red only by a test that fails. */
function vitest(folder, path, adapter) {
  const onGpu = path.endsWith('.gpu.test.ts');
  const icd = onGpu ? find(adapters.find((a) => a.name === adapter)) : null;
  if (onGpu && !icd) throw new Error(`${adapter} is not here; without it the faults cannot be looked for`);
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [join(folder, 'node_modules/vitest/vitest.mjs'), 'run', '--project', onGpu ? 'gpu' : 'unit', path],
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], ...(onGpu && { env: envFor(adapter, icd) }) },
    );
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT);
    const began = Date.now();
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
    child.on('close', (code) => {
      clearTimeout(timer);
      const failed = /^\s*FAIL\s+(.*)\n(.*)$/m.exec(stripVTControlCharacters(text));
      resolve({
        code,
        seconds: (Date.now() - began) / 1000,
        by: failed?.[1] ?? null,
        detail: failed?.[2] ?? null,
        text,
      });
    });
  });
}

const folders = Array.from({ length: Math.min(jobs, wanted.length) }, copy);
const results = [];
try {
  if (!process.argv.includes('--no-baseline')) {
    for (const adapter of new Set(wanted.filter((f) => !f.test).map((f) => f.adapter))) {
      const { code, seconds, text } = await verify(folders[0], adapter, []);
      if (code !== 0)
        throw new Error(
          `Without any fault the suite fails on ${adapter}: what it says about faults would mean nothing.\n${text.slice(-3000)}`,
        );
      console.log(`no fault: green on ${adapter} in ${seconds.toFixed(0)} s`);
    }
  }
  const queue = [...wanted];
  await Promise.all(
    folders.map(async (folder) => {
      for (let fault = queue.shift(); fault; fault = queue.shift()) {
        const path = join(folder, fault.file);
        const right = readFileSync(path, 'utf8');
        const parts = right.split(fault.find);
        if (parts.length !== 2)
          throw new Error(`${fault.file}: ${JSON.stringify(fault.find)} occurs ${parts.length - 1} times`);
        writeFileSync(path, parts.join(fault.replace));
        const { code, seconds, by, detail, text } = fault.test
          ? await vitest(folder, fault.test, fault.adapter)
          : await verify(folder, fault.adapter, ['--bail', `--first=${fault.first}`]);
        writeFileSync(path, right);
        // Red for another reason than a case (a shader that does not compile in a plan, a process that dies) is not
        // what is asked.
        const caught = code !== 0 && by !== null;
        const result = {
          file: fault.file,
          why: fault.why,
          adapter: fault.adapter,
          caught,
          seconds: Number(seconds.toFixed(1)),
          by,
          detail: detail?.slice(0, 300) ?? (code === 0 ? null : text.slice(-500)),
        };
        results.push(result);
        const reason = code === 0 ? '' : `, exit ${code} without a failed case`;
        console.log(
          `${caught ? 'caught' : 'MISSED'}  ${fault.file}: ${fault.why}  (${result.seconds} s${by ? `, by ${by}` : reason})`,
        );
      }
    }),
  );
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
results.sort(
  (a, b) =>
    wanted.findIndex((f) => f.file === a.file && f.why === a.why) -
    wanted.findIndex((f) => f.file === b.file && f.why === b.why),
);
const caught = results.filter((r) => r.caught).length;
console.log(`\n${caught} of ${results.length} faults caught.`);
for (const r of results.filter((x) => !x.caught)) console.log(`MISSED  ${r.file}: ${r.why}`);
if (json)
  writeFileSync(
    json,
    `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root }).toString().trim(), caught, planted: results.length, faults: results }, null, 1)}\n`,
  );
process.exit(caught === results.length ? 0 : 1);
