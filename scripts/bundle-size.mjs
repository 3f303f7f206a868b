// What a reader downloads for a lab, gzipped (weights apart): the page's shared code, the lab's own, and its worker's.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './lib.mjs';

const KB = 1024;
const folder = join(root, 'dist', 'assets');
// The language lab brings a tokenizer, a template language and a hub's protocol; the kernel lab every version of every
// kernel, and the sections of its verification (`later`) only when they are asked for.
const labs = {
  diffusionLab: { worker: /^diffusionWorker-/, limit: 310 * KB },
  languageLab: { worker: /^languageWorker-/, limit: 420 * KB },
  kernelsLab: {
    worker: /^kernelsWorker-/,
    limit: 420 * KB,
    later: /^(?:kernels|samplers|statistics|networks|language|plans|words)-/,
  },
};

const files = new Map(
  readdirSync(folder)
    .filter((f) => f.endsWith('.js'))
    .map((f) => {
      const text = readFileSync(join(folder, f));
      return [f, { bytes: gzipSync(text, { level: 9 }).length, text: text.toString() }];
    }),
);
/** The files that a file names, and those that they name. */
function reach(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const other of files.keys()) if (files.get(name).text.includes(other)) reach(other, seen);
  return seen;
}
const find = (pattern) => [...files.keys()].find((f) => pattern.test(f));
const index = find(/^index-/);
let failed = false;
for (const [lab, { worker, limit, later }] of Object.entries(labs)) {
  const others = Object.keys(labs)
    .filter((o) => o !== lab)
    .map((o) => find(new RegExp(`^${o}-`)));
  const wanted = reach(find(new RegExp(`^${lab}-`)), new Set([...others, index]));
  for (const o of others) wanted.delete(o);
  for (const f of reach(find(worker), new Set([index]))) wanted.add(f);
  for (const f of wanted) if (later?.test(f)) wanted.delete(f);
  const total = [...wanted].reduce((n, f) => n + files.get(f).bytes, 0);
  for (const f of wanted) console.log(`${(files.get(f).bytes / KB).toFixed(1).padStart(8)} KB  ${f}`);
  console.log(`${(total / KB).toFixed(1).padStart(8)} KB  for ${lab}; the limit is ${limit / KB} KB`);
  if (!(total > 0 && total <= limit)) failed = true;
}
process.exit(failed ? 1 : 0);
