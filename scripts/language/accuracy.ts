// How near the GPU comes to float64: error of the golden checkpoints, agreement of the bundled models along their
// greedy texts, and what a format costs in loss.
import {
  agreement,
  forced,
  goldenDecode,
  weightsSha256,
  withBundled,
  type Agreement,
} from '../../src/engine/decoding/forcedDecode.ts';
import type { Format } from '../../src/engine/decoding/events.ts';
import { measureLoss } from '../../src/engine/decoding/loss.ts';
import { weightNames } from '../../src/formats/weightNames.ts';
import type { GpuContext } from '../../src/gpu/device.ts';
import type { LanguageModelId } from '../../src/models/language.ts';
import { goldenModel, nmse, type GoldenId } from '../../src/models/networks/golden.ts';
import { createTransformer } from '../../src/networks/transformer.ts';
import { TransformerWeights } from '../../src/networks/transformerWeights.ts';

/** NMSE of all logits of a golden checkpoint in one pass, and token by token: the larger of the two. */
export async function checkpointError(ctx: GpuContext, id: GoldenId, format: Format): Promise<number> {
  const { config, weights: arrays, tokens, logits } = goldenModel(id);
  const plan = weightNames(config, { kind: 'transformers', prefix: '' }).map(({ name, kind, cols, from }) => ({
    name,
    kind,
    cols,
    rows: from.reduce((n, f) => n + f.rows, 0),
    parts: [],
  }));
  const weights = await TransformerWeights.create(ctx, plan, format, 'measured weights');
  for (const [name, values] of arrays) weights.write(name, 0, Float32Array.from(values));
  const session = await createTransformer(ctx, config, weights, { slots: 2, context: 64, owner: 'measured session' });
  try {
    const whole = (
      await session.forward([{ sequence: await session.open(), tokens }], { want: 'all' })
    ).logits[0]!.flatMap((r) => [...r]);
    const singly: number[] = [];
    const sequence = await session.open();
    for (const token of tokens)
      singly.push(...(await session.forward([{ sequence, tokens: [token] }], { want: 'last' })).logits[0]![0]!);
    return Math.max(nmse(whole, logits), nmse(singly, logits));
  } finally {
    session.destroy();
    weights.destroy();
  }
}

export interface BundledAccuracy extends Agreement {
  readonly id: LanguageModelId;
  readonly format: Format;
  /** False when the golden run is of other weights: then the agreement says nothing. */
  readonly golden: boolean;
  /** Mean log-loss of a fixed text, nats a token. */
  readonly loss: number;
  readonly lossTokens: number;
}

export async function bundledAccuracy(ctx: GpuContext, id: LanguageModelId, format: Format): Promise<BundledAccuracy> {
  const { cases, weightsSha256: of } = goldenDecode(id);
  return withBundled(ctx, id, format, async (model, open) => {
    const session = await open(1, Math.max(...cases.map((c) => c.prompt.length + c.greedy.length)));
    const rows: Float32Array[][] = [];
    for (const c of cases) rows.push((await forced(session, c, c.greedy.length - 1)).singly);
    const { loss, tokens } = await measureLoss(model, (_, context) => open(1, context), new AbortController().signal);
    return { id, format, golden: of === weightsSha256(id), ...agreement(rows, cases), loss, lossTokens: tokens };
  });
}
