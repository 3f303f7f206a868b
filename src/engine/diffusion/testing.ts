/** For tests only: the bundled models from disk, with the checks that the page makes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseModelJson } from '../../models/networks/index.ts';
import { parseSafetensors } from '../../formats/safetensors.ts';
import type { LoadWeights } from './problem.ts';
import type { Weights } from './weights.ts';

const root = new URL('../../../public/models/', import.meta.url);
const cache = new Map<string, Weights>();

export const diskWeights: LoadWeights = async (folder, _signal, onCard) => {
  let known = cache.get(folder);
  if (!known) {
    const info = parseModelJson(new Uint8Array(readFileSync(new URL(`${folder}/model.json`, root))));
    const bytes = new Uint8Array(readFileSync(new URL(`${folder}/${info.weights.file}`, root)));
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (digest !== info.weights.sha256 || bytes.length !== info.weights.bytes)
      throw new Error(`public/models/${folder}: the weights do not match their card`);
    known = { info, tensors: parseSafetensors(bytes) };
    cache.set(folder, known);
  }
  onCard?.(known.info);
  return known;
};

export const never = new AbortController().signal;
