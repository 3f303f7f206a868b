import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reduced } from '../../../core/testing.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import { nodeContext } from '../../../gpu/testing.ts';
import { languageModelIds, type LanguageModelId } from '../../../models/language.ts';
import { agreement, forced, goldenDecode, weightsSha256, withBundled } from '../../../engine/decoding/forcedDecode.ts';

const ctx: GpuContext = await nodeContext();
let before: readonly [number, number];
beforeAll(() => {
  before = [ctx.buffers.count, ctx.buffers.liveBytes];
});
afterAll(() => expect([ctx.buffers.count, ctx.buffers.liveBytes]).toEqual(before));

/** Least top-1 agreement, and how far the five largest logits may be off: all of them, and as a root mean square. */
const bounds = {
  f32: { agreed: 1, worst: 1e-4, rms: 1e-5 },
  // The files hold 16 bits: nothing is lost by keeping them so.
  f16: { agreed: 0.99, worst: 1e-4, rms: 1e-5 },
  int8: { agreed: 0.95, worst: 0.6, rms: 0.15 },
  int4: { agreed: 0.95, worst: 3, rms: 0.8 },
} as const;

/** In the reduced set each model in one format, in turn: all of them run on the other adapter. */
const formatsOf = (id: LanguageModelId) =>
  Object.entries(bounds).filter((_, i) => !reduced || i === languageModelIds.indexOf(id) % 4);

describe.each(languageModelIds)('%s, forced along the greedy text of its float64 run', (id) => {
  const golden = goldenDecode(id);

  beforeAll(() => {
    expect(weightsSha256(id), `the weights of ${id} were exported again: run training/language/golden.py for it`).toBe(
      golden.weightsSha256,
    );
    expect(golden.cases.reduce((n, c) => n + c.greedy.length, 0)).toBeGreaterThanOrEqual(128);
  });

  test.each(formatsOf(id))('%s chooses what float64 chooses', async (format, bound) => {
    await withBundled(ctx, id, format as keyof typeof bounds, async (_, open) => {
      const session = await open(1, Math.max(...golden.cases.map((c) => c.prompt.length + c.greedy.length)));
      const made: Awaited<ReturnType<typeof forced>>[] = [];
      // The kernels of a single token are others than those of a prompt.
      for (const c of golden.cases) made.push(await forced(session, c, made.length < 2 ? 36 : 0));
      for (const rows of [made.map((m) => m.whole), made.map((m) => m.singly)]) {
        const found = agreement(rows, golden.cases);
        expect(found.agreed / found.of, `${found.agreed} of ${found.of} tokens agree`).toBeGreaterThanOrEqual(
          bound.agreed,
        );
        expect(found.worst).toBeLessThan(bound.worst);
        expect(found.rms).toBeLessThan(bound.rms);
        expect(found.rms).toBeGreaterThan(0);
      }
    });
  });
});
