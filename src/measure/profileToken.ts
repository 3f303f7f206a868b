// A decoded token as the language lab makes it: one pass over the newest token of each text, the draw on the GPU, and a
// few bytes back.
import { encode } from '../gpu/kernel.ts';
import type { GpuContext } from '../gpu/device.ts';
import { ReadbackRing } from '../gpu/readback.ts';
import { readDrawn } from '../kernels/sampling/topk.ts';
import { MOST_ROWS } from '../kernels/linear/rowDots.ts';
import type { DrawParams } from '../math/reference/draw.ts';
import { tokenBits } from '../math/tokenUniform.ts';
import { languageCard, type LanguageModelId } from '../models/language.ts';
import { createTransformer } from '../networks/transformer.ts';
import type { RecordedPass, TransformerSession } from '../networks/transformerTypes.ts';
import { TransformerWeights } from '../networks/transformerWeights.ts';
import type { ModelFiles } from '../hub/files.ts';
import { loadModel } from '../engine/decoding/load.ts';
import { type ProfiledStep, wholeUpTo } from './stepClock.ts';

const OWNER = 'profile';
export type OpenBundled = (id: LanguageModelId, signal: AbortSignal) => Promise<ModelFiles>;

export interface TokenRun {
  /**
   * Makes the next token of every text, and gives its pass to be taken apart; texts begin again where the context ends.
   */
  next(): Promise<ProfiledStep>;
  destroy(): void;
}

export interface TokenRunOptions {
  readonly model: LanguageModelId;
  /** Texts at once: at most the 8 that one token's kernels take, else a RangeError. */
  readonly batch: number;
  readonly open: OpenBundled;
  readonly status: (text: string, fraction: number | null) => void;
  readonly signal: AbortSignal;
}

/** `batch` texts of one bundled model. */
export async function tokenRun(
  ctx: GpuContext,
  { model, batch, open, status, signal }: TokenRunOptions,
): Promise<TokenRun> {
  const texts = wholeUpTo(MOST_ROWS, batch, 'texts at once');
  const card = languageCard(model)!;
  const files = await open(model, signal);
  let session: TransformerSession | undefined;
  let ring: ReadbackRing | undefined;
  const loaded = await loadModel(ctx, files, {
    format: 'auto',
    owner: OWNER,
    progress: (p) => status(`Loading ${card.title}`, p.total > 0 ? p.done / p.total : null),
    signal,
  }).finally(() => files.close());
  const free = () => {
    session?.destroy();
    ring?.destroy();
    loaded.weights.destroy();
  };
  try {
    const { config, tokenizer, weights } = loaded;
    if (!(weights instanceof TransformerWeights)) throw new Error('the weights are not on the GPU');
    session = await createTransformer(ctx, config, weights, { slots: texts, context: config.context, owner: OWNER });
    ring = await ReadbackRing.create(ctx, { owner: OWNER, bytes: texts * 48, count: 2 });
    const own = session;
    const staging = ring;
    const prompt = tokenizer.encode(card.prompts[0]!);
    const ids: number[] = [];
    const newest: number[] = [];
    const draws = (at: number) =>
      ids.map((_, i): DrawParams => ({
        temperature: 0.8,
        k: 40,
        topP: 0.95,
        minP: 0,
        bits: tokenBits(0, i, at, 'draw'),
      }));
    const forward = async (tokens: (i: number) => readonly number[], onPass?: (pass: RecordedPass) => void) => {
      const { drawn } = await own.forward(
        ids.map((sequence, i) => ({ sequence, tokens: tokens(i) })),
        { want: 'last', draw: draws(own.length(ids[0]!)), ...(onPass && { onPass }) },
      );
      drawn!.forEach(({ token }, i) => void (newest[i] = token));
    };
    for (let i = 0; i < texts; i++) ids.push(await own.open());
    const begin = async () => {
      for (const id of ids) own.rollback(id, 0);
      await forward(() => prompt);
    };
    await begin();
    return {
      async next() {
        if (own.length(ids[0]!) + 1 > own.context) await begin();
        let pass: RecordedPass | undefined;
        await forward(
          (i) => [newest[i]!],
          (p) => (pass = p),
        );
        const { calls, answer } = pass!;
        return {
          record: (encoder) => {
            for (const call of calls) encode(encoder, call);
          },
          copy(encoder) {
            const ticket = staging.copy(encoder, answer.buffer, 0, answer.bytes);
            return (
              ticket && {
                bytes: () => ticket.read(),
                make: (bytes) => ({
                  kind: 'text',
                  text: readDrawn(bytes)
                    .map(({ token }) => tokenizer.piece(token))
                    .join(texts > 1 ? ' | ' : ''),
                }),
              }
            );
          },
        };
      },
      destroy: free,
    };
  } catch (error) {
    free();
    throw error;
  }
}
