import type { WeightFormat } from '../../core/weightFormat.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { channelsLast } from '../../formats/diffusers/tensors.ts';
import { convRows } from '../../kernels/conv/convShape.ts';
import type { WeightSource } from '../../formats/weightPlan.ts';
import { TransformerWeights } from '../transformerWeights.ts';
import type { GraphWeight } from './weightList.ts';

/** Numbers of a tensor of the file as they are stored, after a check of its shape. */
export interface StoredTensors {
  /** (rows, channels, kernel, kernel). */
  matrix(name: string, rows: number, channels: number, kernel: number): Promise<Float32Array>;
  vector(name: string, rows: number): Promise<Float32Array>;
}

const sourceOf = ({ key, kind, rows, cols }: GraphWeight): WeightSource => ({ name: key, kind, rows, cols, parts: [] });

/** The weights of a network on the GPU, in the layout of its kernels: allocated first, then filled part by part. */
export async function loadGraphWeights(
  ctx: GpuContext,
  list: readonly GraphWeight[],
  stored: StoredTensors,
  format: WeightFormat,
  owner: string,
): Promise<TransformerWeights> {
  const weights = await TransformerWeights.create(ctx, list.map(sourceOf), format, owner);
  try {
    for (const weight of list) await fill(weights, weight, stored);
    return weights;
  } catch (error) {
    weights.destroy();
    throw error;
  }
}

async function fill(weights: TransformerWeights, { key, kind, cols, parts }: GraphWeight, stored: StoredTensors) {
  if (kind === 'vector') {
    const values = await Promise.all(
      parts.map(async ({ name, rows, plus }) => {
        const own = await stored.vector(name, rows);
        const more = plus === null ? null : await stored.vector(plus, rows);
        return more ? own.map((v, i) => v + more[i]!) : own;
      }),
    );
    return weights.write(key, 0, joined(values));
  }
  // All rows at once: a part may end inside what the format packs together.
  const rows = await Promise.all(
    parts.map(async ({ name, rows: outputs, channels, kernel, flat }) => {
      const numbers = await stored.matrix(name, outputs, channels, kernel);
      return flat
        ? convRows(channelsLast(numbers, outputs, channels, kernel), {
            outputs,
            channels: channels * kernel ** 2,
            kernel: 1,
          })
        : convRows(numbers, { outputs, channels, kernel });
    }),
  );
  const all = joined(rows);
  if (all.length % cols !== 0) throw new RangeError(`${key}: ${all.length} numbers in rows of ${cols}`);
  weights.write(key, 0, all);
}

function joined(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const out = new Float32Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
