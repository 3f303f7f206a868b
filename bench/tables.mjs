// node bench/tables.mjs: writes docs/bench.md anew from bench/results/*.json.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markdown } from './report.mjs';

const bench = import.meta.dirname;
const page = join(bench, '..', 'docs', 'bench.md');
const INTRODUCTION = `# Stepscope beside its peers

Written by \`node bench/tables.mjs\` from [bench/results](../bench/results); method and traps: [bench/README.md](../bench/README.md).

Same page, same adapter, same inputs; outputs are compared with float64 before any time counts. Peers' kernels are made for GPUs and
are badly placed on a processor, so this ranking says nothing about a GPU; and where there is no GPU, onnxruntime's WASM provider, which
uses the processor itself, beats every WebGPU engine in most rows, ours included.`;

/** The whole page: a section a file of results, browsers first. */
export function generate(folder = join(bench, 'results')) {
  const names = readdirSync(folder)
    .filter((n) => n.endsWith('.json'))
    .sort((a, b) => Number(b.includes('chromium')) - Number(a.includes('chromium')) || a.localeCompare(b));
  const sections = names.map((n) => markdown(JSON.parse(readFileSync(join(folder, n), 'utf8'))));
  return `${[INTRODUCTION, ...sections].join('\n\n')}\n`;
}

export function writeTables() {
  writeFileSync(page, generate());
  console.log('docs/bench.md has the tables of bench/results/.');
}
if (process.argv[1] === fileURLToPath(import.meta.url)) writeTables();
