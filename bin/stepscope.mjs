#!/usr/bin/env node
// Starts the command line. From a clone it is built on its first start, and again after a source has changed; in the
// packed bundle it is there already.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const packed = join(root, 'suites/stepscope.js');

async function program() {
  if (existsSync(packed)) return packed;
  const { built } = await import('./build.mjs');
  return built(root);
}

let code;
try {
  const { main } = await import(pathToFileURL(await program()).href);
  code = await main(process.argv.slice(2), pathToFileURL(`${root}/`));
} catch (error) {
  console.error(error);
  code = 3;
}
// Dawn keeps threads that would hold the process; what was written must be out before it ends.
for (const stream of [process.stdout, process.stderr]) await new Promise((done) => stream.write('', done));
process.exit(code);
