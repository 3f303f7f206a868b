import { describe, expect, it } from 'vitest';
import { philox4x32 } from '../../math/philox.ts';
import { planArenas, type ArenaPlan, type Dispatch } from './arenas.ts';

const MiB = 2 ** 20;
/** Checks what a plan promises, from the dispatches alone. */
function check(
  bytes: ReadonlyMap<number, number>,
  dispatches: readonly Dispatch[],
  kept: ReadonlySet<number>,
  plan: ArenaPlan,
) {
  const spans = [...plan.places].map(([id, place]) => {
    const used = dispatches.flatMap(({ reads, writes }, i) => (reads.includes(id) || writes.includes(id) ? [i] : []));
    const written = dispatches.some(({ writes }, i) => i === used[0] && writes.includes(id));
    return {
      id,
      ...place,
      end: place.offset + bytes.get(id)!,
      from: written ? used[0]! : 0,
      to: kept.has(id) ? dispatches.length : used.at(-1)!,
    };
  });
  for (const a of spans) {
    expect(a.offset % 256).toBe(0);
    expect(a.end).toBeLessThanOrEqual(plan.arenas[a.arena]!);
    for (const b of spans) {
      if (a.id >= b.id || a.arena !== b.arena) continue;
      const together = a.from <= b.to && b.from <= a.to;
      expect(together && a.offset < b.end && b.offset < a.end, `${a.id} and ${b.id} share memory`).toBe(false);
    }
  }
  for (const { reads, writes } of dispatches)
    for (const r of reads)
      for (const w of writes)
        expect(plan.places.get(r)!.arena, `${r} and ${w} in one buffer`).not.toBe(plan.places.get(w)!.arena);
}

describe('planArenas', () => {
  it('gives a chain two buffers of one tensor each', () => {
    const chain = Array.from({ length: 20 }, (_, i) => ({ reads: [i], writes: [i + 1] }));
    const bytes = new Map(Array.from({ length: 21 }, (_, i) => [i, MiB]));
    const plan = planArenas(bytes, chain, new Set([20]), 2 ** 30);
    check(bytes, chain, new Set([20]), plan);
    expect(plan.arenas).toEqual([MiB, MiB]);
  });

  it('keeps results to the end and inputs from the start', () => {
    const dispatches = [
      { reads: [0], writes: [1] },
      { reads: [1], writes: [2] },
      { reads: [2, 5], writes: [3] },
      { reads: [3], writes: [4] },
    ];
    const bytes = new Map([0, 1, 2, 3, 4, 5].map((id) => [id, 1000]));
    const kept = new Set([1, 4]);
    check(bytes, dispatches, kept, planArenas(bytes, dispatches, kept, 2 ** 30));
  });

  it('opens another buffer rather than pass the limit, and refuses what no buffer holds', () => {
    const dispatches = [
      { reads: [0, 1, 2], writes: [3] },
      { reads: [3], writes: [4] },
    ];
    const bytes = new Map([0, 1, 2, 3, 4].map((id) => [id, MiB]));
    const plan = planArenas(bytes, dispatches, new Set(), MiB);
    check(bytes, dispatches, new Set(), plan);
    expect(Math.max(...plan.arenas)).toBe(MiB);
    expect(() => planArenas(bytes, dispatches, new Set(), MiB - 1)).toThrow(/1048576 bytes/);
  });

  it('holds its promises for 200 random programs', () => {
    const words = new Uint32Array(4);
    for (let program = 0; program < 200; program++) {
      let draw = 0;
      const random = (below: number) => {
        philox4x32(draw++, program, 0, 0, 7, 11, words);
        return words[0]! % below;
      };
      const count = 3 + random(25);
      const bytes = new Map(Array.from({ length: count + 2 }, (_, id) => [id, 1 + random(5000)]));
      const dispatches = Array.from({ length: count }, (_, i) => ({
        reads: [...new Set([random(i + 2), random(i + 2)])],
        writes: [i + 2],
      }));
      const kept = new Set([random(count + 2), count + 1]);
      check(bytes, dispatches, kept, planArenas(bytes, dispatches, kept, 2 ** 20));
    }
  });
});
