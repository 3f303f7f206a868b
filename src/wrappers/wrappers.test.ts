import { describe, expect, it } from 'vitest';
import { defaults } from '../core/field.ts';
import type { NetworkFacts } from '../core/part.ts';
import { mixtures } from '../models/definitions.ts';
import { modelCard } from '../models/index.ts';
import { mixtureDenoiser } from '../models/mixture.ts';
import { karras } from '../schedules/karras.ts';
import type { DenoiserWrapper, Fitted } from '../samplers/contenders/wrapping.ts';
import { nfe, passesOf } from '../samplers/diffusion/counting.ts';
import { planOps, samplers, type SamplerId } from '../samplers/diffusion/index.ts';
import { evaluationsOf, registersOf } from '../samplers/diffusion/registers.ts';
import { guidePlan } from '../samplers/guidance/rewrite.ts';
import { guidances } from '../samplers/guidance/index.ts';
import { ertaCache } from './ertaCache.ts';
import { depthsOf } from './earlyExit.ts';
import { wrappers, type WrapperId } from './index.ts';
import { firstBlockCache } from './firstBlockCache.ts';
import { formAt, FORMS, leaveOut } from './plans.ts';
import { forecast } from './taylorSeer.ts';
import { fittedOn, gaussian, runOps, seenOf, startOf } from '../engine/diffusion/wrapperTesting.ts';

const ids = Object.keys(wrappers) as WrapperId[];
const network: NetworkFacts = modelCard('digits').network!;
const sigmas = karras.sigmas(12, { min: 0.02, max: 20 }, { rho: 7 });
const plan = (id: SamplerId, levels: readonly number[] = sigmas) =>
  planOps(samplers[id], levels, defaults(samplers[id].params as never));
const grid4 = mixtureDenoiser(mixtures.grid4());
const euler = plan('euler');
/** A fit that would leave out all it can. */
const eager = (w: DenoiserWrapper, evaluations: number): Fitted => ({
  evaluations,
  samples: 1,
  model: 'test',
  columns: w.fit!.columns.map((name) => Array<number>(evaluations).fill(name === 'left out' ? 1 : 0.01)),
});
const wrap = (id: WrapperId, ops = euler, given: object = {}, net: NetworkFacts | null = network) => {
  const w: DenoiserWrapper = wrappers[id];
  const params = { ...(defaults(w.params) as object), ...given };
  return w.rewrite(ops, params, w.fit ? eager(w, nfe(ops)) : null, net, { height: 2, width: 1 });
};

describe.each(ids)('the wrapper %s', (id) => {
  const w: DenoiserWrapper = wrappers[id];
  it('is the untouched run at the values it names, whatever it was fitted with, on every kind of plan', () => {
    expect(Object.keys(w.untouched).length).toBeGreaterThan(0);
    for (const s of ['euler', 'heun', 'dpmpp_2m', 'unipc', 'euler_cfg_pp', 'dpmpp_2s_ancestral'] as const)
      expect(wrap(id, plan(s), w.untouched), s).toEqual(plan(s));
    const params = { ...(defaults(w.params) as object), ...w.untouched };
    expect(w.levels?.(sigmas, params, w.fit ? eager(w, 12) : null) ?? sigmas).toEqual(sigmas);
  });
  it('leaves something out at others, or asks more, the first evaluation and every frame never', () => {
    for (const s of ['euler', 'dpmpp_2m', 'heun'] as const) {
      const ops = wrap(id, plan(s));
      expect(ops, s).not.toEqual(plan(s));
      expect(ops.filter((op) => op.op === 'mark')).toEqual(plan(s).filter((op) => op.op === 'mark'));
      const first = ops.find((op) => op.op === 'eval')!;
      const { part } = first;
      const whole = part === undefined || part.kind === 'keep' || (part.kind === 'strips' && part.sync);
      if (id !== 'exit') expect(whole, s).toBe(true);
      expect(registersOf(ops).size).toBeLessThanOrEqual(registersOf(plan(s)).size + (w.more ? 5 : 3));
    }
  });
  it('asks whom it says', () => {
    const asked = new Set(
      wrap(id)
        .flatMap(evaluationsOf)
        .map(({ role = 'main' }) => role),
    );
    for (const role of w.asks?.(defaults(w.params)) ?? []) expect(asked).toContain(role);
    asked.delete('main');
    expect([...asked].sort()).toEqual([...(w.asks?.(defaults(w.params)) ?? [])].sort());
  });
  it('says what it is, and not by its parameters’ names alone', () => {
    expect(w.id).toBe(id);
    expect(w.paper.url).toMatch(/^https:/);
    expect(w.summary).toMatch(/\.$/);
    expect(w.brief(defaults(w.params))).toMatch(/\d/);
    expect(Object.keys(w.params)).toEqual(expect.arrayContaining(Object.keys(w.untouched)));
  });
  it(w.fit ? 'changes nothing before it is fitted' : 'asks for no fit', () => {
    const params = defaults(w.params);
    const bare = w.rewrite(euler, params, null, network, { height: 2, width: 1 });
    if (w.fit) expect(bare).toEqual(euler);
    else expect(bare).not.toEqual(euler);
  });
  it(
    w.blocks || w.halves ? 'leaves models without blocks, or of one size, alone' : 'wraps models without blocks',
    () => {
      const ops = wrap(id, euler, {}, null);
      if (w.halves) expect(w.rewrite(euler, defaults(w.params), null, network)).toEqual(euler);
      else if (w.blocks) expect(ops).toEqual(euler);
      else if (w.more) expect(nfe(ops)).toBeGreaterThan(12);
      // One that learns what guidance adds asks once where twice was asked.
      else if (w.fit?.guided) expect(ops.every((op) => op.op !== 'eval' || op.role === 'class')).toBe(true);
      else expect(nfe(ops)).toBeLessThan(12);
    },
  );
});

describe('evaluations left out', () => {
  it('are not counted, and both halves of guidance are left out together', () => {
    const every = wrap('reuse', euler, { every: 3 });
    expect(nfe(every)).toBe(4);
    const guided = guidePlan(every, guidances.cfg, { ...(defaults(guidances.cfg.params) as object), w: 3 } as never);
    expect([nfe(guided), passesOf(guided, 1)]).toEqual([4, 8]);
    const cached = guidePlan(wrap('tea'), guidances.cfg, {
      ...(defaults(guidances.cfg.params) as object),
      w: 3,
    } as never);
    const parts = cached.filter((op) => op.op === 'eval').map(({ role, part }) => `${role} ${part?.kind}`);
    expect([...parts.slice(0, 4)].sort()).toEqual(['class keep', 'class reuse', 'null keep', 'null reuse']);
    expect(new Set(parts.map((p) => p.split(' ')[0])).size).toBe(2);
  });
  it.each(FORMS)('%s: carried over at once it gives D again', (form) => {
    // Two evaluations of one state at one level: the second is made of the first.
    const ops = leaveOut(
      [
        { op: 'eval', x: 'x', sigma: 1.7, out: 'd' },
        { op: 'lincomb', out: 'x', terms: [[1, 'x']] },
        { op: 'eval', x: 'x', sigma: 1.7, out: 'x' },
      ],
      form,
      (i) => (i === 0 ? null : { terms: [1] }),
    );
    expect(ops.filter((op) => op.op === 'eval').length).toBe(1);
    const x0 = startOf(1.7, 4, 2);
    const got = runOps(ops, grid4, x0);
    grid4(x0, 1.7).forEach((d, i) => expect(got[i]).toBeCloseTo(d, 12));
  });
  it.each(FORMS)('%s: a gain and an offset are of the velocity that comes of it', (form) => {
    const sigma = 1.7;
    const ops = leaveOut(
      [
        { op: 'eval', x: 'x', sigma, out: 'd' },
        { op: 'lincomb', out: 'x', terms: [[1, 'x']] },
        { op: 'eval', x: 'x', sigma, out: 'x' },
      ],
      form,
      (i) => (i === 0 ? null : { terms: [1], gain: 0.8, offset: 0.3 }),
    );
    const x0 = startOf(sigma, 4, 2);
    const got = runOps(ops, grid4, x0);
    const t = sigma / (1 + sigma);
    grid4(x0, sigma).forEach((d, i) => {
      const state = x0[i]! / (1 + sigma);
      expect(got[i]).toBeCloseTo(state - t * ((0.8 * (state - d)) / t - 0.3), 12);
    });
  });
  it('the forms are what they are called', () => {
    const [x, d, sigma] = [3, 0.5, 4];
    const at = (form: (typeof FORMS)[number]) => formAt(form, sigma).x * x + formAt(form, sigma).d * d;
    const t = sigma / (1 + sigma);
    const v = (x / (1 + sigma) - d) / t;
    expect(at('velocity')).toBeCloseTo(v, 12);
    expect(at('residual')).toBeCloseTo(v - x / (1 + sigma), 12);
    expect(at('noise')).toBeCloseTo((x - d) / sigma, 12);
    expect(at('denoised')).toBe(d);
  });
  it('where D takes the state’s place, what is kept is of the state that it was asked about', () => {
    const ops = leaveOut(
      [
        { op: 'lincomb', out: 'y', terms: [[1, 'x']] },
        { op: 'eval', x: 'x', sigma: 2, out: 'x' },
        { op: 'eval', x: 'y', sigma: 2, out: 'x' },
      ],
      'residual',
      (i) => (i === 0 ? null : { terms: [1] }),
    );
    const x0 = startOf(2, 3, 2);
    grid4(x0, 2).forEach((v, i) => expect(runOps(ops, grid4, x0)[i]).toBeCloseTo(v, 12));
  });
});

describe('uniform reuse and TaylorSeer', () => {
  it('of order 0 one is the other', () => {
    expect(wrap('taylor', euler, { order: 0, every: 3, what: 'noise' })).toEqual(
      wrap('reuse', euler, { every: 3, what: 'noise' }),
    );
  });
  it('goes on along a line exactly, and along a parabola as printed: with differences for derivatives', () => {
    const line = (i: number) => 2 + 3 * i;
    const at = (weights: readonly number[], f: (i: number) => number, now: number, every: number) =>
      weights.reduce((s, w, j) => s + w * f(now - j * every), 0);
    expect(at(forecast(1, 2, 4), line, 8, 4)).toBeCloseTo(line(10), 12);
    expect(at(forecast(2, 3, 4), line, 8, 4)).toBeCloseTo(line(11), 12);
    // f = i²: f(8) = 64, the backward difference over 4 is 48, the second 32: 64 + 48/2 + 32/8.
    expect(at(forecast(2, 2, 4), (i) => i * i, 8, 4)).toBeCloseTo(92, 12);
    expect(forecast(0, 3, 4)).toEqual([1]);
  });
  it('begins with the orders that it has points for', () => {
    const parts = wrap('taylor', euler, { order: 2, every: 3, what: 'features' }).flatMap((op) =>
      op.op === 'eval' && op.part?.kind === 'reuse' ? [op.part.terms.length] : [],
    );
    expect(parts).toEqual([1, 1, 2, 2, 3, 3, 3, 3]);
  });
  it('foretelling is closer than standing still, at as many evaluations', () => {
    const levels = karras.sigmas(48, { min: 0.02, max: 20 }, { rho: 7 });
    const ops = plan('euler', levels);
    const x0 = startOf(20, 64, 2);
    const whole = runOps(ops, grid4, x0);
    const away = (given: object) => {
      const got = runOps(wrap('taylor', ops, { every: 3, ...given }), grid4, x0);
      const each = Array.from({ length: 64 }, (_, i) =>
        Math.hypot(got[2 * i]! - whole[2 * i]!, got[2 * i + 1]! - whole[2 * i + 1]!),
      );
      return each.sort((a, b) => a - b)[32]!;
    };
    expect(away({ order: 1 })).toBeLessThan(0.5 * away({ order: 0 }));
    expect(away({ order: 1 })).toBeGreaterThan(1e-6);
  });
});

describe('ERTACache', () => {
  const flow = Array.from({ length: 13 }, (_, i) => {
    const t = 0.95 * (1 - i / 12);
    return t / (1 - t);
  });
  const ops = plan('euler', flow);
  const params = { ...(defaults(ertaCache.params) as object), lambda: 0.6, phi: 'none', linear: true } as never;
  const c = 0.7;
  const x0 = startOf(flow[0]!, 200, 1);
  const seen = seenOf(ops, gaussian(c), x0);
  const fitted = fittedOn(ertaCache.fit!, seen, params);

  it('on a Gaussian its line takes off all of the error, on other noise too', () => {
    expect(fitted.columns[0]!.filter((v) => v === 1).length).toBeGreaterThan(2);
    const rewritten = ertaCache.rewrite(ops, params, fitted, null);
    expect(nfe(rewritten)).toBeLessThan(12);
    // Each left-out evaluation alone: what is carried and the state are one line through 0 there.
    const other = startOf(flow[0]!, 50, 1, 7);
    const plain = runOps(
      ertaCache.rewrite(ops, { ...(params as object), linear: false } as never, fitted, null),
      gaussian(c),
      other,
    );
    const exact = runOps(ops, gaussian(c), other);
    const corrected = runOps(rewritten, gaussian(c), other);
    const off = (got: Float64Array) => Math.max(...got.map((v, i) => Math.abs(v - exact[i]!)));
    expect(off(plain)).toBeGreaterThan(0.02);
    expect(off(corrected)).toBeLessThan(1e-4 * off(plain) + 1e-5);
  });
  it('leaves out by the share of the residual that has changed, and nothing at λ = 0', () => {
    const none = fittedOn(ertaCache.fit!, seen, { ...(params as object), lambda: 0 } as never);
    expect(none.columns[0]).toEqual(Array(12).fill(0));
    const all = fittedOn(ertaCache.fit!, seen, { ...(params as object), lambda: 1e9 } as never);
    expect(all.columns[0]).toEqual([0, ...Array(11).fill(1)]);
  });
  it('a φ of 0 does not move, one of 1 is the schedule; the end is always come to', () => {
    const by = (phi: number, mask: readonly number[]): Fitted => ({
      ...fitted,
      columns: [mask, Array(12).fill(phi), Array(12).fill(phi), Array(12).fill(0), Array(12).fill(0)],
    });
    const levels = (phi: number, mask: readonly number[]) =>
      ertaCache.levels!(flow, { ...(params as object), phi: 'printed' } as never, by(phi, mask));
    const third = Array.from({ length: 12 }, (_, i) => (i === 3 ? 1 : 0));
    const still = levels(0, third);
    expect(still[4]).toBeCloseTo(still[3]!, 12);
    expect(still.at(-1)).toBe(0);
    // What is left is spread evenly in flow time, as the schedule was.
    const times = still.map((s) => s / (1 + s));
    for (let i = 4; i < 12; i++) expect(times[i]! - times[i + 1]!).toBeCloseTo(times[4]! / 8, 12);
    levels(1, third).forEach((s, i) => expect(s).toBeCloseTo(flow[i]!, 10));
    expect(levels(0, Array(12).fill(1)).at(-1)).toBe(0);
  });
});

describe('first-block cache and early exit', () => {
  it('measures changes since any of the last six whole passes', () => {
    const reads = [1, 1.1, 1.3, 2].map((v) => Float32Array.of(v, -v));
    const seen = reads.map((early) => ({ sigma: 1, x: early, d: early, early }));
    const { columns } = fittedOn(firstBlockCache.fit!, seen, { threshold: 0 });
    expect(columns[0]![2]).toBeCloseTo(0.2 / 1.1, 5);
    expect(columns[1]![3]).toBeCloseTo(0.9 / 1.1, 5);
    expect([columns.length, columns[0]![0]]).toEqual([6, 1e6]);
  });
  it('no more than six in a row go without a whole pass', () => {
    const kinds = wrap('first_block', plan('euler', karras.sigmas(20, { min: 0.02, max: 20 }, { rho: 7 }))).flatMap(
      (op) => (op.op === 'eval' ? [op.part!.kind] : []),
    );
    expect(kinds.map((k, i) => (k === 'keep' ? i : -1)).filter((i) => i >= 0)).toEqual([0, 7, 14]);
  });
  it('reads depths, and gives each an equal share of the run', () => {
    expect([depthsOf('2.3.4'), depthsOf('0.3'), depthsOf(''), depthsOf('2,3')]).toEqual([[2, 3, 4], null, null, null]);
    const blocks = wrap('exit', euler, { depths: '1.3.4' }).flatMap((op) =>
      op.op === 'eval' ? [op.part?.kind === 'exit' ? op.part.blocks : 4] : [],
    );
    expect(blocks).toEqual([1, 1, 1, 1, 3, 3, 3, 3, 4, 4, 4, 4]);
  });
});
