import { describe, expect, test } from 'vitest';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { parseExperiment } from '../config/codec.ts';
import { runLikelihood, type LikelihoodEvent, type LikelihoodRow } from './likelihood.ts';
import type { CellResult } from '../../../engine/grid.ts';
import { runGrid } from './grid.ts';
import { runSweep, type SweepEvent, type SweepPoint } from './sweep.ts';
import { Session } from './session.ts';

async function follow(link: string, settings = { steps: 16, probes: 2 }) {
  const { experiment, refusals } = parseExperiment(link);
  expect(refusals).toEqual([]);
  const events: LikelihoodEvent[] = [];
  const session = new Session(createCpuBackend(diskWeights));
  const out = await runLikelihood(session, { experiment, ...settings }, diskWeights, (e) => events.push(e), never);
  return {
    ...out,
    events,
    values: events.flatMap((e): LikelihoodRow[] => (e.kind === 'row' ? [e.row] : [])),
    dropped: events.flatMap((e) => (e.kind === 'dropped' ? [[e.contender, e.because, e.hint]] : [])),
  };
}

test('a mixture: each contender and the target’s own samples, beside the exact log density, with intervals', async () => {
  const { values, rows, events } = await follow('model=grid4&n=64&c=euler:karras:10&c=heun:karras:20', {
    steps: 32,
    probes: 9,
  });
  expect(rows).toBe(2);
  expect(values.map((r) => [r.contender, r.flow, r.nfe, r.probes])).toEqual([
    [0, 0, 4 * 32 + 4 * 33, null],
    [1, 0, 4 * 32 + 4 * 33, null],
    [-1, 0, 4 * 32 + 4 * 33, null],
  ]);
  for (const { quality, exact, spread } of values) {
    expect(Object.keys(quality)).toEqual(['log_likelihood']);
    expect(Math.abs(quality['log_likelihood']! - exact!)).toBeLessThan(0.01);
    expect(spread['log_likelihood']).toHaveLength(8);
  }
  // −½ log|2πe Σ| of four equal modes: log 4 + 2·(½ log 2πe·.04), blurred by .02
  const entropy = Math.log(4) + Math.log(2 * Math.PI * Math.E * (0.04 + 0.0004));
  expect(Math.abs(values[2]!.quality['log_likelihood']! + entropy)).toBeLessThan(0.4); // sd 1 over 64 samples: 3σ
  const fractions = events.flatMap((e) => (e.kind === 'status' ? [e.fraction] : []));
  fractions.slice(1).forEach((f, i) => expect(f).toBeGreaterThanOrEqual(fractions[i]!));
  expect(fractions.at(-1)).toBeLessThanOrEqual(1);
});

test('a cell of a grid that asks, and a point of a ranking, have the value of the view; others have none', async () => {
  const link = 'model=grid4&n=64&seed=3&budgets=6&seeds=1&c=heun:karras:3';
  const { values } = await follow(link);
  const want = values[0]!.quality;
  const { experiment } = parseExperiment(link);
  const session = () => new Session(createCpuBackend(diskWeights));
  const cells: CellResult[] = [];
  const spec = { axes: [{ field: 'likelihood', values: ['0', '16'] }], skip: [] };
  const base = { experiment, contender: experiment.contenders[0]! };
  await runGrid(session(), { base, spec, shown: 1 }, (e) => void (e.kind === 'cell' && cells.push(e.result)), never);
  expect(cells.map(({ quality }) => quality['log_likelihood'])).toEqual([undefined, want['log_likelihood']]);
  expect(cells.map(({ nfe }) => nfe)).toEqual([5, 5]); // of the sampler: the flow is what judges it
  const points: SweepPoint[] = [];
  const settings = { steps: 16, probes: 2 };
  const budget = { ...experiment, budgets: [5] };
  const keep = (e: SweepEvent) => void (e.kind === 'point' && points.push(e.point));
  await runSweep(session(), budget, keep, never, () => true, settings);
  await runSweep(session(), budget, keep, never);
  expect(points.map(({ quality }) => quality['log_likelihood'])).toEqual([want['log_likelihood'], undefined]);
});

test('one that decides as it goes has its samples judged, too', async () => {
  const { values, dropped } = await follow(
    'model=grid4&n=16&c=dpm_adaptive(rtol=0.2):karras:4&c=score_sde_ve:karras:6',
  );
  expect(dropped).toEqual([]);
  for (const { quality, exact } of values) expect(Math.abs(quality['log_likelihood']! - exact!)).toBeLessThan(0.2); // few samples
});

test('a guided contender has a flow of its own, and the target is followed along each', async () => {
  const { values } = await follow(
    'model=grid4&n=32&class=1&c=euler:karras:8&c=euler:karras:8:cfg(w=3)&c=heun:karras:4',
  );
  expect(values.map((r) => [r.contender, r.flow])).toEqual([
    [0, 0],
    [1, 1],
    [2, 0],
    [-1, 0],
    [-1, 1],
  ]);
  const [plain, guided] = values.slice(3).map((r) => r.quality['log_likelihood']!);
  expect(plain).toBeGreaterThan(guided! + 0.1); // guidance leads away from the target
});

test('a learned denoiser’s flow is no longer the target’s', async () => {
  const { values } = await follow('model=grid4&n=64&learned=1&c=heun:karras:10');
  const target = values.at(-1)!;
  const gap = target.exact! - target.quality['log_likelihood']!;
  // An estimate of the divergence from the one to the other: small where the network is good, and not the rule's 2e-4.
  expect(Math.abs(gap)).toBeGreaterThan(1e-3);
  expect(Math.abs(gap)).toBeLessThan(0.3);
});

describe('what has no flow', () => {
  test('guidance with a memory, CFG++, a start at the least level: each a sentence, and the others go on', async () => {
    const { dropped, values, rows } = await follow(
      'model=grid4&n=16&class=0&c=euler:karras:4:apg&c=euler_cfg_pp:karras:4:cfg(w=0.6)&c=euler:explicit(0.03_0.02_0)&c=euler:karras:4',
    );
    expect(dropped).toEqual([
      [
        0,
        expect.stringContaining('its guidance, APG, looks at the step it is in'),
        expect.stringContaining('Guide it by'),
      ],
      [1, expect.stringContaining('renoises along another'), expect.stringContaining('another sampler')],
      [
        2,
        'it starts at σ = 0.03, and the least level of the model is 0.02: between them there is no flow to follow',
        'Let its levels start at 0.04 or above.',
      ],
    ]);
    expect([rows, values.map((r) => r.contender)]).toEqual([1, [3, -1]]);
  });
  test('CFG++ where nobody is told anything is an ordinary sampler', async () => {
    const { dropped } = await follow('model=grid4&n=16&c=euler_cfg_pp:karras:4', { steps: 5, probes: 1 });
    expect(dropped).toEqual([]);
  });
});

test('images: bits a number with the probes’ own error, and real images of the same classes', async () => {
  const { values } = await follow('model=digits_exact&n=16&c=heun:karras:4', { steps: 5, probes: 2 });
  expect(values.map((r) => [r.contender, Object.keys(r.quality), r.exact])).toEqual([
    [0, ['bits_per_dim'], null],
    [-1, ['bits_per_dim'], null],
  ]);
  for (const { probes, quality, spread } of values) {
    expect(probes).toBeGreaterThan(0);
    expect(Number.isFinite(quality['bits_per_dim'])).toBe(true);
    expect(spread['bits_per_dim']).toHaveLength(8);
  }
}, 120_000);
