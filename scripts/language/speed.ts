// Load, prefill and decode of one model in one format.
import type { GpuContext } from '../../src/gpu/device.ts';
import { createTransformer } from '../../src/networks/transformer.ts';
import type { TransformerSession } from '../../src/networks/transformerTypes.ts';
import { tokenBits } from '../../src/math/tokenUniform.ts';
import type { Format } from '../../src/engine/decoding/events.ts';
import { load, type MeasuredId } from './shapes.ts';
import { median } from './tables.ts';

export interface Speed {
  readonly model: MeasuredId;
  readonly format: Format;
  readonly megabytes: number;
  readonly loadMs: number;
  /** Kernels compiled, caches allocated, the first pass of a prompt and of a token made. */
  readonly warmMs: number;
  /** Tokens per second by length of the prompt; null where the context is shorter. */
  readonly prefill: Readonly<Record<number, number | null>>;
  /** Positions at which a token was decoded, and medians in ms: near, far, and far with a window of `near` keys. */
  readonly near: number;
  readonly far: number;
  readonly nearMs: number;
  readonly farMs: number;
  readonly windowMs: number;
  /** Of a token at `near`: recording, handing over, waiting for the GPU and the answer, in ms. */
  readonly split: readonly [encode: number, submit: number, wait: number];
  readonly dispatches: number;
}

const draw = (position: number) => [
  { temperature: 0.8, k: 40, topP: 1, minP: 0, bits: tokenBits(1, 0, position, 'draw') },
];
const tokensOf = (count: number, vocab: number) => Array.from({ length: count }, (_, i) => (i * 37 + 11) % vocab);

/** Wall time of one pass, cut where the commands are handed over. */
async function timed(
  ctx: GpuContext,
  session: TransformerSession,
  sequence: number,
  tokens: readonly number[],
): Promise<{ readonly ms: number; readonly split: [number, number, number] }> {
  const began = performance.now();
  const own = ctx.submit.bind(ctx);
  let handed = began;
  let done = began;
  ctx.submit = (...commands) => {
    handed = performance.now();
    own(...commands);
    done = performance.now();
  };
  await session.forward([{ sequence, tokens }], { want: 'last', draw: draw(session.length(sequence)) });
  const end = performance.now();
  ctx.submit = own;
  return { ms: end - began, split: [handed - began, done - handed, end - done] };
}

export interface SpeedOptions {
  readonly tokens: number;
  readonly repeats: number;
  readonly prompts: readonly number[];
}

export async function measureSpeed(
  ctx: GpuContext,
  id: MeasuredId,
  format: Format,
  { tokens, repeats, prompts }: SpeedOptions,
): Promise<Speed> {
  const { config, weights, loadMs } = await load(ctx, id, format);
  const near = 32;
  const far = Math.min(512, config.context - 1);
  const began = performance.now();
  const options = { slots: 2, context: config.context, owner: 'measured session' };
  const session = await createTransformer(ctx, config, weights, options);
  const windowed = await createTransformer(ctx, { ...config, slidingWindow: near + 1 }, weights, {
    ...options,
    slots: 1,
  });
  try {
    const [short, long] = [await session.open(), await session.open()];
    const wide = await windowed.open();
    await timed(ctx, session, short, tokensOf(near, config.vocab));
    await timed(ctx, session, short, [1]);
    session.rollback(short, near);
    const warmMs = performance.now() - began;

    const prefill: Record<number, number | null> = {};
    for (const count of prompts) {
      const times: number[] = [];
      // The first is not counted: it compiles nothing, but touches memory for the first time.
      for (let i = 0; i <= repeats && count <= config.context; i++) {
        session.rollback(long, 0);
        times.push((await timed(ctx, session, long, tokensOf(count, config.vocab))).ms);
      }
      prefill[count] = times.length > 0 ? (1000 * count) / median(times.slice(1)) : null;
    }

    session.rollback(long, 0);
    await timed(ctx, session, long, tokensOf(far, config.vocab));
    await timed(ctx, windowed, wide, tokensOf(far, config.vocab));
    const places = [
      [session, short, near],
      [session, long, far],
      [windowed, wide, far],
    ] as const;
    const times: number[][] = [[], [], []];
    const splits: [number, number, number][] = [];
    // In turns, so that other load on the machine affects all three alike.
    for (let i = -4; i < tokens; i++)
      for (const [p, [where, sequence, length]] of places.entries()) {
        const { ms, split } = await timed(ctx, where, sequence, [(i + 40) % config.vocab]);
        where.rollback(sequence, length);
        if (i < 0) continue;
        times[p]!.push(ms);
        if (p === 0) splits.push(split);
      }
    const [nearMs, farMs, windowMs] = times.map(median) as [number, number, number];
    const split = [0, 1, 2].map((k) => median(splits.map((s) => s[k]!))) as [number, number, number];
    return {
      model: id,
      format,
      megabytes: weights.bytes / 2 ** 20,
      loadMs,
      warmMs,
      prefill,
      near,
      far,
      nearMs,
      farMs,
      windowMs,
      split,
      dispatches: session.dispatchesPerToken,
    };
  } finally {
    session.destroy();
    windowed.destroy();
    weights.destroy();
  }
}
