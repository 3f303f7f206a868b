/**
 * For tests only: the golden checkpoints of training/golden-language (logits by transformers in float64), loaded as the
 * app loads a model.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { joinCheckpoints } from '../../formats/checkpoint.ts';
import { parseConfigJson } from '../../formats/configJson.ts';
import { parseGgufHeader, type GgufHeader } from '../../formats/gguf.ts';
import { checkIndex, parseSafetensorsHeader, parseSafetensorsIndex } from '../../formats/safetensors.ts';
import { partRange, readPart } from '../../formats/weightPart.ts';
import { resolveHead, weightPlan } from '../../formats/weightPlan.ts';

const folder = new URL('../../../training/golden-language/', import.meta.url);
export const goldenIds: readonly string[] = readdirSync(folder).filter((id) =>
  existsSync(new URL(`${id}/golden.json`, folder)),
);
/** Name of a folder there. */
export type GoldenId = string;
interface Golden {
  readonly tokens: number[];
  readonly vocab: number;
  readonly inverseFrequencies: number[] | null;
  /** Of layers with a window, where they have their own. */
  readonly slidingFrequencies?: number[];
}

/** The model's files: configuration, tensor table and bytes. */
export function goldenFiles(id: GoldenId) {
  const read = (name: string): Uint8Array => readFileSync(new URL(`${id}/${name}`, folder));
  const index = existsSync(new URL(`${id}/model.safetensors.index.json`, folder))
    ? parseSafetensorsIndex(read('model.safetensors.index.json'))
    : null;
  const files = new Map([...new Set(index?.values() ?? ['model.safetensors'])].map((name) => [name, read(name)]));
  const checkpoint = joinCheckpoints(
    [...files].map(([name, bytes]) => parseSafetensorsHeader(bytes, bytes.length, name)),
  );
  if (index) checkIndex(index, checkpoint);
  return {
    config: resolveHead(parseConfigJson(read('config.json')), checkpoint),
    configJson: read('config.json'),
    checkpoint,
    files,
    read,
  };
}

/** Everything that a comparison needs. Weights are read in blocks of rows; `logits` is [tokens, vocab]. */
export function goldenModel(id: GoldenId) {
  const { config, checkpoint, files, read } = goldenFiles(id);
  const weights = new Map(
    weightPlan(config, checkpoint).map(({ name, rows, cols, parts }) => {
      const whole = new Float32Array(rows * cols);
      for (const part of parts) {
        for (let first = 0; first < part.rows; first += 7) {
          const count = Math.min(7, part.rows - first);
          const { begin, end } = partRange(part, first, count);
          whole.set(
            readPart(part, files.get(part.entry.file)!.subarray(begin, end), first, count),
            (part.rowAt + first) * cols,
          );
        }
      }
      return [name, whole];
    }),
  );
  const golden = JSON.parse(new TextDecoder().decode(read('golden.json'))) as Golden;
  return {
    config,
    weights,
    tokens: golden.tokens,
    inverseFrequencies: golden.inverseFrequencies ?? [],
    slidingFrequencies: golden.slidingFrequencies ?? null,
    logits: new Float64Array(read('logits.bin').slice().buffer),
    files: files.size,
  };
}

/** Header of a golden checkpoint as llama.cpp's converter writes it (training/golden-gguf/architectures). */
export function goldenGgufHeader(name: string): GgufHeader {
  const bytes = new Uint8Array(readFileSync(new URL(`../golden-gguf/architectures/${name}.gguf`, folder)));
  return parseGgufHeader(bytes, bytes.length);
}

/** Normalised mean square error: error power over signal power. */
export function nmse(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [error, signal] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    error += (got[i]! - expected[i]!) ** 2;
    signal += expected[i]! ** 2;
  }
  return error / signal;
}
