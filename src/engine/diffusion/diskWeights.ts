// The bundled models from a folder on disk, with the checks that the page makes: for the command line and for tests.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseSafetensors } from '../../formats/safetensors.ts';
import { parseModelJson } from '../../models/networks/index.ts';
import type { LoadWeights } from './problem.ts';
import type { Weights } from './weights.ts';

/** Loads from `root`, a folder of models that ends with a slash; each is read and checked once. */
export function weightsFrom(root: URL): LoadWeights {
  const cache = new Map<string, Weights>();
  return async (folder, _signal, onCard) => {
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
}
