/**
 * For tests and measurements only: the bundled models against the float64 runs of training/language/golden (see
 * golden.py there).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { GpuContext } from '../../gpu/device.ts';
import { languageCard, type LanguageModelId } from '../../models/language.ts';
import { createTransformer } from '../../networks/transformer.ts';
import type { TransformerSession } from '../../networks/transformerTypes.ts';
import { TransformerWeights } from '../../networks/transformerWeights.ts';
import type { Format } from './events.ts';
import { loadModel, type LoadedWeights } from './load.ts';
import { bundledFiles } from '../../hub/testing.ts';

export interface GoldenCase {
  readonly prompt: readonly number[];
  /**
   * The most likely token after the prompt, and after each of these; `margins` are the logits of the first less those
   * of the second.
   */
  readonly greedy: readonly number[];
  readonly margins: readonly number[];
  /** The largest logits after token `position` of prompt and greedy together. */
  readonly top5: readonly {
    readonly position: number;
    readonly tokens: readonly number[];
    readonly logits: readonly number[];
  }[];
}

const root = new URL('../../../', import.meta.url);

export function goldenDecode(id: LanguageModelId): {
  readonly weightsSha256: string;
  readonly cases: readonly GoldenCase[];
} {
  return JSON.parse(
    readFileSync(new URL(`training/language/golden/${languageCard(id)!.folder}.json`, root), 'utf8'),
  ) as ReturnType<typeof goldenDecode>;
}
export const weightsSha256 = (id: LanguageModelId): string =>
  createHash('sha256')
    .update(readFileSync(new URL(`public/models/${languageCard(id)!.folder}/model.safetensors`, root)))
    .digest('hex');

/** A bundled model in one format, loaded as the page loads it; freed when the task is done. */
export async function withBundled<T>(
  ctx: GpuContext,
  id: LanguageModelId,
  format: Format,
  task: (model: LoadedWeights, open: (slots: number, context: number) => Promise<TransformerSession>) => Promise<T>,
): Promise<T> {
  const model = await loadModel(ctx, bundledFiles({ from: 'bundled', id }), {
    format,
    owner: 'agreement weights',
    progress: () => {},
    signal: new AbortController().signal,
  });
  const sessions: TransformerSession[] = [];
  try {
    if (!(model.weights instanceof TransformerWeights)) throw new Error('the weights are not on the GPU');
    const { config, weights } = model;
    return await task(model, async (slots, context) => {
      const session = await createTransformer(ctx, config, weights, { slots, context, owner: 'agreement session' });
      sessions.push(session);
      return session;
    });
  } finally {
    for (const session of sessions) session.destroy();
    model.weights.destroy();
  }
}

/**
 * Logits after every token of prompt and greedy but the last: in one pass, and the last `alone` of them token by token.
 */
export async function forced(
  session: TransformerSession,
  { prompt, greedy }: GoldenCase,
  alone: number,
): Promise<{ readonly whole: Float32Array[]; readonly singly: Float32Array[] }> {
  const tokens = [...prompt, ...greedy.slice(0, -1)];
  const sequence = await session.open();
  const together = Math.max(1, tokens.length - alone);
  const whole = (await session.forward([{ sequence, tokens }], { want: 'all' })).logits[0]!.map((row) => row.slice());
  const singly = whole.slice(0, together);
  session.rollback(sequence, together);
  for (const token of tokens.slice(together))
    singly.push((await session.forward([{ sequence, tokens: [token] }], { want: 'last' })).logits[0]![0]!.slice());
  session.release(sequence);
  return { whole, singly };
}

export interface Agreement {
  /** Positions, out of `of`, at which the largest logit is at the golden token. */
  agreed: number;
  of: number;
  /** Largest difference among the five largest logits, and the root of their mean square. */
  worst: number;
  rms: number;
  /** The widest golden margin that was lost: 0 when none was. */
  widestLoss: number;
}

/** Agreement of the forced rows of several cases with their golden runs. */
export function agreement(rows: readonly (readonly Float32Array[])[], cases: readonly GoldenCase[]): Agreement {
  const sum: Agreement = { agreed: 0, of: 0, worst: 0, rms: 0, widestLoss: 0 };
  let squares = 0;
  let compared = 0;
  for (const [c, { prompt, greedy, margins, top5 }] of cases.entries()) {
    for (const [i, token] of greedy.entries()) {
      const row = rows[c]![prompt.length - 1 + i]!;
      const same = row.every((v, other) => v < row[token]! || other === token);
      sum.of++;
      if (same) sum.agreed++;
      else sum.widestLoss = Math.max(sum.widestLoss, margins[i]!);
    }
    for (const { position, tokens, logits } of top5)
      for (const [i, token] of tokens.entries()) {
        const error = Math.abs(rows[c]![position]![token]! - logits[i]!);
        // A NaN must not pass for agreement.
        sum.worst = Number.isNaN(error) ? Infinity : Math.max(sum.worst, error);
        squares += error * error;
        compared++;
      }
  }
  sum.rms = Math.sqrt(squares / compared);
  return sum;
}
