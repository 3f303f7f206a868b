// What a reader downloads, gzipped (weights apart): for the first view, which opens by itself, exactly what it loads; for
// the other labs everything that they can open, with one version of each kernel, as one device runs one.
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { root } from './lib.mjs';

/** In KB. A new lab gets `otherwise`, or its own line. */
const budgets = {
  // 143 samplers, in the page and in its worker: coefficients and sources of those that are data 20 KB, the twenty that tools
  // know by name 5 KB, the two that fits fill in, with what a link says of a fit, 5 KB; nineteen schedules; what names and
  // runs wrappers, evaluations side by side and plans that measure, 8 KB (the wrappers themselves are loaded when one is named);
  // a sampler that chooses its own steps, and its costs as they are counted, 6 KB; links of tasks 1 KB; three samplers that are
  // parallel in time with costs as axes 6 KB, what counts strips, windows and pooled pictures 2 KB, links of searches over noise,
  // distillation and sequences 2 KB, three samplers more and costs as metrics of grids
  // 4 KB, pieces of runs that know their place in it and the links of discrete diffusion 2 KB, less 8 KB of texts that workers do not carry
  firstView: 366,
  // tokenizers of every kind, a template language and a hub's protocol; fourteen kinds of blocks with what repacks them, two
  // dozen architectures, caches in four types, seven methods of decoding more and seven rules of acceptance, 28 KB together; of grammars only the stage, what reads and follows them is loaded for a contender that has one
  language: 426,
  // networks as lists of operations, a tokenizer, a hub's protocol, charts, files of other tools; 5 KB of what stands beside each
  // sampler: its facts, and what is verified of it on this device, loaded when a menu or the results come into sight; the nine
  // methods of guidance are 4 KB, as its worker writes plans by them; the tab of its grid, its links and an undo that knows
  // the axes are 3 KB, the grid itself is loaded when its tab is pressed; two samplers that fits fill in, and what a link says
  // of a fit, are 4 KB, the sampler that chooses its own steps 4 KB
  pictures: 493,
  // the catalogue of every kernel with its references, and shaders with their comments; of more than seventy families, those
  // of convolutions and attention to text are 20 KB, those of experts and of caches in blocks 18 KB. A visit opens a few; views and their charts are loaded when shown. All
  // of it is counted here. Its worker has the registry of 143 samplers, which it
  // verifies, plans that choose their steps and those of many steps at once among them.
  kernels: 414,
  otherwise: 300,
};
/** Beside what is imported at once, the first view loads its charts and the shaders of its model (e2e: first-visit). */
const opens = /^(?:Charts|lincomb|philox_normal|mixture_denoiser)[.-]/;
/**
 * Loaded at a press of a button, long after the lab is open: the sections of the kernel lab's verification, and what verifies
 * one sampler; what reads a file that is dropped on the page; what writes one, a workflow of ComfyUI among them; the
 * library of saved experiments, a conversation, what reads and follows a grammar, kernels of a model that has experts, what looks
 * inside a pass, with what each lab tells it; the search for the best contender; and the grid with its axes, cells and boards, which is a view
 * of its own.
 */
const later =
  /^(?:Library|library|origin|actions|restore|dropped|files|sheet|shown|kernels|samplers|statistics|networks|language|plans|words|samplerCheck|comfySteps|Grid|GridView|grid|axes|face|Pictures|Bar|CellBar|save|Best|best|SearchTable|ChatView|grammars|transformerExperts|transformerLook)-/;
/** Kernels of guidance by more than combinations, loaded for a contender that has such a method; one of the kernel lab's. */
const forMethods = /^(?:guide|guide_threshold)-/;
/** What writes the history, loaded some seconds after a run has come to its end and stands. */
export const atRest = /^(?:history|indexed)-/;
/** The template language, which the language lab loads for a model that comes with a chat template; the bundled ones do not. */
const forChat = /^chatTemplate-/;

const KB = 1024;
const folder = join(root, 'dist', 'assets');

function readBuild() {
  const files = new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.js'))
      .map((path) => {
        const code = readFileSync(join(folder, path));
        const text = code.toString();
        const imports = [...text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g)].map((match) => basename(match[1]));
        const shader = path.startsWith('shaders');
        return [basename(path), { bytes: gzipSync(code, { level: 9 }).length, text, imports, shader }];
      }),
  );
  // What index.html names beside the build's own files: read before the first paint, by every lab.
  const html = readFileSync(join(root, 'dist/index.html'), 'utf8');
  const early = [...html.matchAll(/<script[^>]*\bsrc="(?:\.?\/)?([\w-]+\.js)"/g)].map((match) => match[1]);
  for (const name of early) {
    const code = readFileSync(join(root, 'dist', name));
    files.set(name, { bytes: gzipSync(code, { level: 9 }).length, text: '', imports: [], shader: false });
  }
  const one = (pattern) => {
    const found = [...files.keys()].filter((name) => pattern.test(name));
    if (found.length !== 1) throw new Error(`${found.length} files of the build are called ${pattern}`);
    return found[0];
  };
  const labs = [...readFileSync(join(root, 'src/labs/index.ts'), 'utf8').matchAll(/\bid: '(\w+)'/g)].map((m) => m[1]);
  if (labs.length === 0) throw new Error('src/labs/index.ts names no lab');
  const page = one(/^page-/);
  const labFiles = labs.map((lab) => ({
    lab,
    page: one(new RegExp(`^${lab}Lab-`)),
    worker: one(new RegExp(`^${lab}Worker-`)),
  }));
  return { files, page, early, labFiles };
}

/** The files that a file leads to, by way of `next`. */
function reach(names, next, seen = new Set()) {
  for (const name of names) {
    if (seen.has(name)) continue;
    seen.add(name);
    reach(next(name), next, seen);
  }
  return seen;
}

/** Of a kernel's versions a device runs one: the largest stands for it. */
function largestVersions(files, shaders) {
  const kernels = new Map();
  for (const name of shaders) {
    const kernel = name.split(/[.-]/)[0];
    const known = kernels.get(kernel);
    if (!known || files.get(name).bytes > files.get(known).bytes) kernels.set(kernel, name);
  }
  return [...kernels.values()];
}

/** Names of the files that each lab counts, the first view's first. */
export function countedFiles({ files, page, early, labFiles } = readBuild()) {
  const imported = (name) => files.get(name).imports;
  const named = (name) => [...files.keys()].filter((other) => files.get(name).text.includes(other));
  return labFiles.map(({ lab, page: own, worker }, i) => {
    if (i === 0) {
      const lazy = [own, worker].flatMap(named).filter((name) => opens.test(name));
      return { lab, counted: [...reach([...early, page, own, worker, ...lazy], imported)] };
    }
    // The page's own code names every lab: it is counted, what it names is not followed.
    const foreign = labFiles.flatMap((other) => (other.lab === lab ? [] : [other.page]));
    const seen = new Set([...early, page, ...foreign]);
    // What only those load that are loaded at a press of a button is theirs.
    reach([own, worker], (name) => (later.test(name) ? [] : named(name)), seen);
    const reached = [...seen].filter(
      (name) =>
        !foreign.includes(name) &&
        !later.test(name) &&
        !atRest.test(name) &&
        !forChat.test(name) &&
        (lab === 'kernels' || !forMethods.test(name)),
    );
    const shaders = reached.filter((name) => files.get(name).shader);
    const code = reached.filter((name) => !files.get(name).shader);
    return { lab, counted: [...code, ...largestVersions(files, shaders)] };
  });
}

function report() {
  const build = readBuild();
  const sizeOf = (name) => build.files.get(name).bytes;
  const line = (bytes, text) => console.log(`${(bytes / KB).toFixed(1).padStart(8)} KB  ${text}`);
  const sum = (names) => names.reduce((total, name) => total + sizeOf(name), 0);
  const over = countedFiles(build).filter(({ lab, counted }, i) => {
    const shaders = counted.filter((name) => build.files.get(name).shader);
    for (const name of counted) if (!shaders.includes(name)) line(sizeOf(name), name);
    line(sum(shaders), `${shaders.length} shaders`);
    const limit = i === 0 ? budgets.firstView : (budgets[lab] ?? budgets.otherwise);
    line(sum(counted), `for ${lab}${i === 0 ? ', the first view' : ''}; the limit is ${limit} KB`);
    return sum(counted) > limit * KB;
  });
  process.exit(over.length > 0 ? 1 : 0);
}
if (realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) report();
