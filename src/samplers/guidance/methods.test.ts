// Every method a second time, as its paper's equations over vectors; the knobs at which it is something known.
import { describe, expect, test } from 'vitest';
import { noNoise, runPlan, type Vector } from '../diffusion/testing.ts';
import { guidanceIds, type GuidanceId } from './index.ts';
import { byRole, guidedOps, paramsOf } from './testing.ts';

/** Samples of three numbers, two of them; answers that have nothing in common. */
const dim = 3;
const start = Float64Array.of(4, -3, 2.5, -1, 5, 0.5);
const said = (phase: number, size: number) => (x: Vector, sigma: number) =>
  x.map((v, i) => (0.3 * v) / (1 + sigma) + size * Math.sin(1.3 * i + phase));
const answers = {
  class: said(0, 1),
  null: said(2, 0.6),
  negative: said(4, 0.8),
  weak: said(1, 0.7),
};
const model = byRole(answers);
const sigmas = [6, 3, 1.2, 0.4, 0];

type Numbers = readonly number[];
const sum = (a: Numbers) => a.reduce((s, v) => s + v, 0);
const dot = (a: Numbers, b: Numbers) => sum(a.map((v, i) => v * b[i]!));
const std = (a: Numbers) => {
  const mean = sum(a) / a.length;
  return Math.sqrt(sum(a.map((v) => (v - mean) ** 2)) / a.length);
};
const add = (a: Numbers, k: number, b: Numbers) => a.map((v, i) => v + k * b[i]!);

interface Said {
  readonly x: Numbers;
  readonly sigma: number;
  readonly c: Numbers;
  readonly u: Numbers;
  readonly n: Numbers;
  readonly weak: Numbers;
  readonly step: number;
  /** Kept from one evaluation of a sample to the next. */
  readonly kept: { momentum?: Numbers };
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- of each method its own
type Params = any;
const cfg = ({ c, u }: Said, w: number) => add(u, w, add(c, -1, u));
const velocity = (d: Numbers, { x, sigma }: Said) => x.map((v, i) => ((1 + sigma) * d[i]! - v) / -sigma);
const fromVelocity = (v: Numbers, { x, sigma }: Said) => x.map((value, i) => (value - sigma * v[i]!) / (1 + sigma));

/** Without rescaling and interval, which all share. */
const equations: Record<GuidanceId, (s: Said, p: Params) => Numbers> = {
  cfg: (s, { w }) => cfg(s, w),
  rescale: (s, { w }) => cfg(s, w),
  interval: (s, { w }) => cfg(s, w),
  autoguidance: ({ c, weak }, { w }) => add(weak, w, add(c, -1, weak)),
  apg({ c, u, kept }, { w, eta, r, beta }) {
    let push = add(add(c, -1, u), beta, kept.momentum ?? c.map(() => 0));
    kept.momentum = push;
    const length = Math.sqrt(dot(push, push));
    if (r > 0 && length > r) push = push.map((v) => (v * r) / length);
    const unit = c.map((v) => v / Math.sqrt(dot(c, c)));
    const along = unit.map((v) => v * dot(push, unit));
    const across = add(push, -1, along);
    return add(c, w - 1, add(across, eta, along));
  },
  cfg_zero(s, { w, zero }) {
    if (s.step < Math.round(zero * (sigmas.length - 1)))
      return fromVelocity(
        s.x.map(() => 0),
        s,
      );
    const [vc, vu] = [velocity(s.c, s), velocity(s.u, s)];
    const scaled = vu.map((v) => (v * dot(vc, vu)) / dot(vu, vu));
    return fromVelocity(add(scaled, w, add(vc, -1, scaled)), s);
  },
  perp_neg({ c, u, n }, { w, v }) {
    const [positive, negative] = [add(c, -1, u), add(n, -1, u)];
    const across = add(negative, -dot(negative, positive) / dot(positive, positive), positive);
    return add(u, w, add(positive, -v, across));
  },
  dynamic_thresholding(s, { w, quantile, limit }) {
    const d = cfg(s, w);
    const sorted = d.map(Math.abs).sort((a, b) => a - b);
    const place = quantile * (dim - 1);
    const low = Math.floor(place);
    const q = sorted[low]! + (place - low) * ((sorted[low + 1] ?? 0) - sorted[low]!);
    const size = Math.max(limit, place === low ? sorted[low]! : q);
    return d.map((v) => (Math.max(-size, Math.min(size, v)) / size) * limit);
  },
  mimic_thresholding(s, { w, mimic }) {
    // Of quantile 1 the largest, to which nothing is clipped.
    const [d, modest] = [cfg(s, w), cfg(s, mimic)];
    const [md, mm] = [sum(d) / dim, sum(modest) / dim];
    const reach = Math.max(...modest.map((v) => Math.abs(v - mm)));
    const own = Math.max(reach, ...d.map((v) => Math.abs(v - md)));
    return d.map((v) => md + ((v - md) / own) * reach);
  },
};

function guided(s: Said, id: GuidanceId, params: Params): Numbers {
  const { phi, space, from, to } = params;
  if (s.sigma <= from || s.sigma > to) return s.c;
  const d = equations[id](s, params);
  if (id === 'cfg_zero' && s.step < Math.round(params.zero * (sigmas.length - 1))) return d;
  if (phi === 0) return d;
  // In what the network predicts: the velocity, the noise, or the sample itself.
  const predicted = (value: Numbers): Numbers => {
    if (space === 'flow') return velocity(value, s);
    return space === 'noise' ? value.map((v, i) => (s.x[i]! - v) / s.sigma) : value;
  };
  const [mine, theirs] = [predicted(d), predicted(s.c)];
  const factor = 1 + phi * (std(theirs) / std(mine) - 1);
  const scaled = mine.map((v) => factor * v);
  if (space === 'flow') return fromVelocity(scaled, s);
  return space === 'noise' ? scaled.map((v, i) => s.x[i]! - s.sigma * v) : scaled;
}

/** Euler, each sample by itself. */
function byHand(id: GuidanceId, params: Params): Numbers {
  const kept = [{}, {}];
  let x: Numbers = [...start];
  sigmas.slice(1).forEach((t, step) => {
    const sigma = sigmas[step]!;
    const whole = (role: keyof typeof answers) => [...answers[role](Float64Array.from(x), sigma)];
    const [c, u, n, weak] = [whole('class'), whole('null'), whole('negative'), whole('weak')];
    x = [0, 1].flatMap((k) => {
      const part = (v: Numbers) => v.slice(k * dim, (k + 1) * dim);
      const s = { x: part(x), sigma, c: part(c), u: part(u), n: part(n), weak: part(weak), step, kept: kept[k]! };
      const d = guided(s, id, params);
      return d.map((v, i) => (t / sigma) * s.x[i]! + (1 - t / sigma) * v);
    });
  });
  return x;
}
const end = (id: GuidanceId, params: object = {}) =>
  runPlan(guidedOps('euler', sigmas, id, params), start, model, noNoise, dim);
const apart = (a: ArrayLike<number>, b: ArrayLike<number>) => Math.max(...Array.from(a, (v, i) => Math.abs(v - b[i]!)));

const settings: readonly (readonly [GuidanceId, object])[] = [
  ['cfg', { w: 3 }],
  ['cfg', { w: 0 }],
  ['cfg', { w: 0.4, from: 0.4, to: 3 }],
  ['rescale', { w: 4 }],
  ['rescale', { w: 4, phi: 1, space: 'noise' }],
  ['rescale', { w: 4, phi: 0.3, space: 'denoised', from: 1 }],
  ['interval', { w: 5 }],
  ['autoguidance', { w: 2.5 }],
  ['autoguidance', { w: 3, phi: 0.5 }],
  ['apg', { w: 5 }],
  ['apg', { w: 5, eta: 0.5, r: 0.7, beta: 0.3 }],
  ['apg', { w: 3, beta: -0.75, from: 0.5, to: 4, phi: 0.4 }],
  ['cfg_zero', { w: 3 }],
  ['cfg_zero', { w: 3, zero: 0.25, phi: 0.2 }],
  ['perp_neg', { w: 3 }],
  ['perp_neg', { w: 2, v: 2.5, phi: 0.6 }],
  ['dynamic_thresholding', { w: 6, quantile: 0.8, limit: 0.5 }],
  ['dynamic_thresholding', { w: 6, quantile: 0.5, limit: 1 }],
  ['mimic_thresholding', { w: 8, mimic: 1.5 }],
];
test('every method is in the settings', () => {
  expect(new Set(settings.map(([id]) => id))).toEqual(new Set(guidanceIds));
});
test.each(settings)('%s %j is its equations', (id, params) => {
  const got = end(id, params);
  expect(apart(got, byHand(id, paramsOf(id, params)))).toBeLessThan(1e-12);
  // It does something.
  if ((params as { w: number }).w !== 1) expect(apart(got, end('cfg', { w: 1 }))).toBeGreaterThan(0.01);
});

describe('the knobs at which a method is something known', () => {
  const same: readonly (readonly [GuidanceId, object, GuidanceId, object])[] = [
    // w = 1 is the class alone, whatever would be guided by.
    ...guidanceIds
      .filter((id) => id !== 'perp_neg')
      .map((id) => [id, { w: 1, zero: 0, beta: 0, limit: 100, mimic: 1 }, 'cfg', { w: 1 }] as const),
    ['perp_neg', { w: 1, v: 0 }, 'cfg', { w: 1 }],
    ['rescale', { w: 4, phi: 0 }, 'cfg', { w: 4 }],
    ['interval', { w: 4, from: 0, to: 1e6 }, 'cfg', { w: 4 }],
    ['cfg', { w: 4, from: 6 }, 'cfg', { w: 1 }],
    ['apg', { w: 4, eta: 1, beta: 0, r: 0 }, 'cfg', { w: 4 }],
    ['apg', { w: 4, eta: 1, beta: 0, r: 1000 }, 'cfg', { w: 4 }],
    ['perp_neg', { w: 4, v: 0 }, 'cfg', { w: 4 }],
    ['dynamic_thresholding', { w: 4, quantile: 1, limit: 100 }, 'cfg', { w: 4 }],
    ['mimic_thresholding', { w: 4, quantile: 1, mimic: 4 }, 'cfg', { w: 4 }],
  ];
  test.each(same)('%s %j is %s %j', (id, params, other, others) => {
    expect(apart(end(id, params), end(other, others))).toBeLessThan(1e-13);
  });

  test('CFG-Zero* is CFG where s* is 1: what is said without the class differs only across itself', () => {
    // v_c = v_∅ + δ with ⟨δ, v_∅⟩ = 0 at a single level, from which one step is taken.
    const level = 2;
    const free = [0.6, -0.2, 0.9];
    const x = [1, 2, -1];
    const s = { x, sigma: level } as unknown as Said;
    const v = velocity(free, s);
    const across = [v[1]!, -v[0]!, 0];
    const guess = fromVelocity(add(v, 0.7, across), s);
    const fixed = byRole({ class: () => Float64Array.from(guess), null: () => Float64Array.from(free) });
    const once = (id: GuidanceId) =>
      runPlan(guidedOps('euler', [level, 0.5], id, { w: 3, zero: 0 }), Float64Array.from(x), fixed, noNoise);
    expect(apart(once('cfg_zero'), once('cfg'))).toBeLessThan(1e-13);
  });

  test('a step that stands still takes no pass: the state of a flow, x/(1 + σ), stays', () => {
    const ops = guidedOps('euler', sigmas, 'cfg_zero', { zero: 0.25 });
    const first = ops.slice(
      0,
      ops.findIndex((op) => op.op === 'mark' && op.step === 1),
    );
    expect(first.some((op) => op.op === 'eval')).toBe(false);
    const x = runPlan(guidedOps('euler', [6, 3], 'cfg_zero', { zero: 0.5 }), start, model, noNoise, dim);
    x.forEach((v, i) => expect(v / 4).toBeCloseTo(start[i]! / 7, 14));
  });

  test('where both say the same, nothing is pushed', () => {
    const alike = byRole({ class: answers.class, null: answers.class, negative: answers.class, weak: answers.class });
    for (const id of guidanceIds) {
      const ops = guidedOps('euler', sigmas, id, { w: 5, zero: 0, limit: 100, mimic: 5, phi: 0 });
      expect(apart(runPlan(ops, start, alike, noNoise, dim), end('cfg', { w: 1 })), id).toBeLessThan(1e-13);
    }
  });
});

test('Euler with CFG++ at λ is Euler with a weight of λs/(s − t) at each level', () => {
  const [s, t] = [3, 1.2];
  const once = (sampler: 'euler' | 'euler_cfg_pp', w: number) =>
    runPlan(guidedOps(sampler, [s, t], 'cfg', { w }), start, model, noNoise, dim);
  for (const lambda of [0, 0.3, 1])
    expect(apart(once('euler_cfg_pp', lambda), once('euler', (lambda * s) / (s - t)))).toBeLessThan(1e-13);
});

test('the published defaults, written out by hand', () => {
  const all = { phi: 0, space: 'flow', from: 0, to: 1e6 };
  expect(Object.fromEntries(guidanceIds.map((id) => [id, paramsOf(id)]))).toEqual({
    cfg: { ...all, w: 2 },
    rescale: { ...all, w: 2, phi: 0.7 },
    interval: { ...all, w: 2, from: 0.19, to: 1.61 },
    apg: { ...all, w: 4, eta: 0, r: 0, beta: -0.5 },
    cfg_zero: { ...all, w: 2, zero: 0.04 },
    autoguidance: { ...all, w: 2 },
    perp_neg: { ...all, w: 2, v: 1, avoid: 0 },
    dynamic_thresholding: { ...all, w: 4, quantile: 0.995, limit: 1 },
    mimic_thresholding: { ...all, w: 8, quantile: 1, mimic: 2 },
  });
});
