import { describe, expect, test } from 'vitest';
import { reduced } from '../../core/testing.ts';
import { supports } from '../../gpu/kernel.ts';
import { nodeContext, nodeSlots } from '../../gpu/testing.ts';
import { checkPrepared } from './check.ts';
import { families, type Shape } from './index.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

/**
 * Mesa's CPU driver takes most of a minute to compile the unrolled flash kernels of wide heads; SwiftShader runs those.
 */
const slow = (id: string, version: string, { dim = 0, headDim = dim }: Shape) =>
  ctx.info.vendor === 'mesa' && id.startsWith('attention') && version === '2.flash' && headDim > 32;

describe.each(families)('$id', (family) => {
  const offered = family.versions.filter((v) => supports(ctx.info, v.needs)).map((v) => v.id);
  // A shape that a version cannot read (vec4 loads) is refused in words; some version takes it.
  const taken = new Set<number>();

  // In the reduced set every other edge: all of them run on the other adapter.
  const edges = family.edges.filter((_, i) => !reduced || i % 2 === 0);
  // The shape that is shown first too, where it is cheap.
  const shapes = [
    ...edges,
    ...family.shapes
      .slice(0, 1)
      .map((s) => s.shape)
      .filter((s) => family.work(s).flops < 3e6),
  ];

  test.each(offered)('%s: every edge against float64, in the full set once and again', async (version) => {
    for (const [i, shape] of shapes.entries()) {
      if (slow(family.id, version, shape)) continue;
      const before = { mark: slots.mark(), buffers: ctx.buffers.count, bytes: ctx.buffers.liveBytes };
      const message = JSON.stringify(shape);
      const prepared = await family.prepare(ctx, slots, version, shape).catch((error: unknown) => {
        expect(error, message).toBeInstanceOf(RangeError);
        return undefined;
      });
      if (prepared) {
        taken.add(i);
        for (const check of await checkPrepared(ctx, prepared)) expect(check, message).toMatchObject({ pass: true });
        // What is timed is one pass of many runs: it must be valid, and a checked run after it must still be right.
        if (!reduced) {
          const again = await checkPrepared(ctx, {
            ...prepared,
            calls: [...prepared.calls, ...prepared.calls],
            outputs: [],
          });
          expect([again, ctx.firstError]).toEqual([[], undefined]);
          for (const check of await checkPrepared(ctx, prepared)) expect(check, message).toMatchObject({ pass: true });
        }
        prepared.destroy();
      }
      expect({ mark: slots.mark(), buffers: ctx.buffers.count, bytes: ctx.buffers.liveBytes }, message).toEqual(before);
    }
  });

  test.runIf(offered.length > 0)('every edge is taken by some version', () => {
    expect(edges.filter((s, i) => !taken.has(i) && !slow(family.id, '2.flash', s))).toEqual([]);
  });
});
