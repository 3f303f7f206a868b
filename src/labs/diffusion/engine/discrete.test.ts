import { describe, expect, test } from 'vitest';
import { discreteKind } from '../config/discreteKind.ts';
import { discretePresets } from '../config/discretePresets.ts';
import { parseRowed, type Rowed } from '../config/rowed.ts';
import { runDiscrete, type DiscreteBegun, type DiscreteEvent } from './discrete.ts';

type Record_ = Extract<DiscreteEvent, { kind: 'record' }>;
async function run(setup: Rowed, fingerprint: string | null = null, signal = new AbortController().signal) {
  const events: DiscreteEvent[] = [];
  const out = await runDiscrete({ setup, fingerprint }, (event) => void events.push(event), signal);
  const of = (row: number) => events.filter((e): e is Record_ => e.kind === 'record' && e.row === row);
  const begun = events.findLast((e) => e.kind === 'begun') as DiscreteBegun;
  return { ...out, events, of, last: (row: number) => of(row).at(-1)!, begun };
}
const read = (text: string) => {
  const { setup, refusals } = parseRowed(discreteKind, text);
  expect(refusals).toEqual([]);
  return setup;
};

describe('tokens of a known law', () => {
  test('masked: what is left is what tokens drawn apart lose, over the steps; records go from masks to none', async () => {
    const { of, last, begun, fingerprint } = await run(read('ring;process:absorbing;m:tweedie:steps=4;m:lsd:steps=2'));
    expect(last(0).figures['tv']).toBeCloseTo(begun.apart / 4, 12);
    expect(last(1).figures['tv']).toBeCloseTo(begun.apart / 2, 12);
    expect(of(0).map(({ at }) => at)).toEqual([0, 1, 2, 3, 4]);
    expect(of(0).map(({ figures }) => Number(figures['masked']!.toFixed(12)))).toEqual([1, 0.75, 0.5, 0.25, 0]);
    expect(of(0).map(({ figures }) => Number(figures['time']!.toFixed(12)))).toEqual([1, 0.75, 0.5, 0.25, 0]);
    for (const { figures } of of(0)) expect(figures['tv']).toBeLessThan(begun.apart / 4 + 1e-12);
    expect(of(0)[0]!.figures['tv']).toBeCloseTo(0, 12);
    expect(last(0).cost).toMatchObject({ nfe: 4, depth: 4 });
    for (const { figures } of [...of(0), ...of(1)]) expect(figures['drawn']).toBeGreaterThan(1e-3);
    expect(begun.courses.map((c) => c?.scales.length)).toEqual([4, 2]);
    expect(begun.bySteps[0]!.map(({ steps, tv }) => Number(((steps * tv) / begun.apart).toFixed(10)))).toEqual([
      1, 1, 1, 1, 1, 1,
    ]);
    // Light is likely: the law, and what was drawn, side by side.
    const { picture } = last(0);
    expect(picture).toMatchObject({ kind: 'image', width: 34, height: 17, columns: 2, tile: 17 });
    const again = await run(read('ring;process:absorbing;m:tweedie:steps=4;m:lsd:steps=2'), fingerprint);
    expect(again.reproduction).toMatchObject({ verdict: 'reproduced' });
    const other = await run(read('bands;process:absorbing;m:tweedie:steps=4;m:lsd:steps=2'), fingerprint);
    expect(other.reproduction!.verdict).toBe('differs');
  });
  test('redrawn: no figure of masks; the prior tells nothing, and the end most of what there is to tell', async () => {
    const { of, last, begun } = await run(read('bands;n:50;m:euler:steps=16'));
    expect(of(0)[0]!.figures['masked']).toBeUndefined();
    expect(of(0)[0]!.figures['scale']).toBeUndefined();
    expect(of(0)[0]!.figures['mutual']).toBeCloseTo(0, 12);
    expect(last(0).figures['mutual']! / begun.mutual).toBeGreaterThan(0.7);
    expect(last(0).figures['tv']).toBeCloseTo(0.0586, 4);
    expect(begun.bySteps[0]!.map(({ steps }) => steps)).toEqual([1, 2, 4, 8, 16, 32]);
  });
  test('it stops when it is told to', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(run(read('ring'), null, stop.signal)).rejects.toThrow(/cancelled/i);
  });
});

describe('what the gallery says came out', () => {
  const ends = async ({ text }: { readonly text: string }) => {
    const { last, begun } = await run(read(text));
    return { tv: begun.courses.map((_, i) => last(i).figures['tv']!), begun };
  };
  test('LSD and LSD+ end further off, times alone nearer, what is fitted to the end nearest', async () => {
    const { tv } = await ends(discretePresets.learnedScales.rowed);
    expect(tv.slice(0, 4).map((v) => v.toFixed(3))).toEqual(['0.189', '0.262', '0.252', '0.145']);
    expect(tv[4]!).toBeLessThan(0.0064);
    for (const v of tv) expect(discretePresets.learnedScales.claim).toContain(v.toFixed(3));
  });
  test('masks leave nothing to learn', async () => {
    const { tv, begun } = await ends(discretePresets.masks.rowed);
    expect(begun.apart).toBeCloseTo(0.598, 3);
    expect(tv.map((v) => v.toFixed(4))).toEqual(['0.0747', '0.2990', '0.0747', '0.0747']);
    expect(begun.courses[2]!.scales.every((v) => Math.abs(v - 1) < 1e-12)).toBe(true);
  });
});
