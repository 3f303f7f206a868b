// node bench/readme.mjs: writes the README's tables anew from bench/results/*.json, between its markers.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markdown } from './report.mjs';

const bench = import.meta.dirname;
const readme = join(bench, '..', 'README.md');
export const BEGIN = '<!-- bench:begin -->';
export const END = '<!-- bench:end -->';

/** What belongs between the markers: a section a file of results, browsers first. */
export function generate(folder = join(bench, 'results')) {
  const names = readdirSync(folder)
    .filter((n) => n.endsWith('.json'))
    .sort((a, b) => Number(b.includes('chromium')) - Number(a.includes('chromium')) || a.localeCompare(b));
  return names.map((n) => markdown(JSON.parse(readFileSync(join(folder, n), 'utf8')))).join('\n\n');
}

/** A text with the part between the markers replaced. */
export function replaced(text, part) {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`README.md has no ${BEGIN} … ${END}`);
  return `${text.slice(0, begin + BEGIN.length)}\n${part}\n${text.slice(end)}`;
}

export function writeReadme() {
  writeFileSync(readme, replaced(readFileSync(readme, 'utf8'), generate()));
  console.log('README.md has the tables of bench/results/.');
}
if (process.argv[1] === fileURLToPath(import.meta.url)) writeReadme();
