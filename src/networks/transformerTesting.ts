// Golden checkpoints on the GPU, for tests of the transformer.
import type { TransformerConfig } from '../formats/transformerConfig.ts';
import { weightNames } from '../formats/weightNames.ts';
import type { GpuContext } from '../gpu/device.ts';
import { nodeContext } from '../gpu/testing.ts';
import type { WeightFormat } from '../core/weightFormat.ts';
import { goldenModel, type GoldenId } from '../models/networks/golden.ts';
import { createTransformer, type SessionOptions } from './transformer.ts';
import type { LookingSession, TransformerSession } from './transformerTypes.ts';
import { TransformerWeights } from './transformerWeights.ts';

export const ctx: GpuContext = await nodeContext();

export type Arrays = ReadonlyMap<string, Float32Array | Float64Array>;
export const planOf = (config: TransformerConfig) =>
  weightNames(config, { kind: 'transformers', prefix: '' }).map(({ name, kind, cols, from }) => ({
    name,
    kind,
    cols,
    rows: from.reduce((n, f) => n + f.rows, 0),
    parts: [],
  }));
export async function weightsOf(
  config: TransformerConfig,
  arrays: Arrays,
  format: WeightFormat,
): Promise<TransformerWeights> {
  const weights = await TransformerWeights.create(ctx, planOf(config), format, 'test weights');
  for (const [name, values] of arrays) weights.write(name, 0, Float32Array.from(values));
  return weights;
}
export const flat = (rows: readonly Float32Array[]) => Float64Array.from(rows.flatMap((r) => [...r]));

export async function using<T>(
  id: GoldenId,
  format: WeightFormat,
  options: Partial<SessionOptions>,
  task: (s: LookingSession, golden: ReturnType<typeof goldenModel>) => Promise<T>,
): Promise<T> {
  const golden = goldenModel(id);
  const weights = await weightsOf(golden.config, golden.weights, format);
  const session = await createTransformer(ctx, golden.config, weights, {
    slots: 1,
    context: 64,
    owner: 'test session',
    ...options,
  }).catch((error: unknown) => {
    weights.destroy();
    throw error;
  });
  try {
    return await task(session, golden);
  } finally {
    session.destroy();
    weights.destroy();
  }
}

/** A session's methods by themselves: whoever opened it destroys it. */
export function bound(session: TransformerSession) {
  return {
    config: session.config,
    context: session.context,
    dispatchesPerToken: 0,
    open: session.open.bind(session),
    length: session.length.bind(session),
    rollback: session.rollback.bind(session),
    release: session.release.bind(session),
    forward: session.forward.bind(session),
  };
}
