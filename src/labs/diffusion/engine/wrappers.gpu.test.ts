// Wrappers on the bundled digits, as the page runs them: how far each ends from the untouched run, on the same noise.
import '../../../wrappers/index.ts';
import { afterAll, expect, test } from 'vitest';
import { inFull } from '../../../core/testing.ts';
import { nodeContext } from '../../../gpu/testing.ts';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { createGpuBackend } from '../../../engine/diffusion/gpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { countedCost, type CountedCost } from '../../../engine/diffusion/cost.ts';
import { withHeads } from '../../../engine/diffusion/withHeads.ts';
import { accuracyOf } from '../../../metrics/samples/features.ts';
import { modelCard } from '../../../models/index.ts';
import { wrapperOf } from '../../../samplers/contenders/wrapping.ts';
import { parseExperiment } from '../config/codec.ts';
import { contenderPlan } from '../config/contender.ts';
import type { Contender, Experiment } from '../config/experiment.ts';
import { runWrapFit } from './wrapFit.ts';
import { Session } from './session.ts';

const ctx = await nodeContext();
const gpu = new Session(withHeads(createGpuBackend(ctx, diskWeights), diskWeights));
const cpu = new Session(createCpuBackend(diskWeights));
afterAll(() => gpu.clear());

/** An experiment’s contender, its wrappers fitted as the page fits them: on noise of their own. */
async function fitted(experiment: Experiment): Promise<Contender> {
  let c = experiment.contenders[0]!;
  for (const [wrap, own] of (c.wraps ?? []).entries()) {
    if (!wrapperOf(own.id)!.fit) continue;
    const ask = { experiment: { ...experiment, contenders: [c] }, contender: 0, wrap };
    const found = await runWrapFit(gpu, ask, () => {}, never);
    c = { ...c, wraps: c.wraps!.map((w, i) => (i === wrap ? { ...w, fitted: found } : w)) };
  }
  return c;
}
interface Ended {
  readonly x: Float32Array;
  readonly cost: CountedCost;
  /** The share of digits that the feature net takes for what they were to be. */
  readonly accuracy: number;
}
const ends = new Map<string, Ended>();
/** Where sixteen digits end, classes in turn; a run is made once. */
async function ended(contender: string, samples = 16): Promise<Ended> {
  const key = `${samples} ${contender}`;
  const known = ends.get(key);
  if (known) return known;
  const { experiment, refusals } = parseExperiment(`model=digits&n=${samples}&w=1&c=${contender}`);
  expect(refusals).toEqual([]);
  const { problem } = await gpu.prepare(experiment, never);
  const { ops } = contenderPlan(await fitted(experiment), 'digits');
  const { x } = await problem.run(ops, { seed: 1, signal: never });
  const { logits, classes } = (await problem.features(x))!;
  const labels = Int32Array.from({ length: samples }, (_, i) => i % classes);
  const network = modelCard('digits').network!;
  const made = {
    x,
    accuracy: accuracyOf({ n: samples, dim: classes, data: logits }, labels),
    cost: countedCost(ops, { dim: 784, passes: 1, workOfPass: null, network }),
  };
  ends.set(key, made);
  return made;
}
const endOf = async (contender: string, samples?: number): Promise<Float32Array> => (await ended(contender, samples)).x;
const rms = (a: Float32Array, b: Float32Array) => Math.sqrt(a.reduce((s, v, i) => s + (v - b[i]!) ** 2, 0) / a.length);

test('strips that always wait are the untouched run, bit for bit', async () => {
  const [whole, waiting, others] = [
    await endOf('euler:karras:4', 3),
    await endOf('euler:karras:4:~strips(workers=7,warmup=4)', 3),
    await endOf('euler:karras:4:~strips(workers=7,warmup=1)', 3),
  ];
  expect(waiting).toEqual(whole);
  expect(rms(others, whole)).toBeGreaterThan(0.01);
});

test.each(['completed', 'fresh', 'bare'])('half the size, %s, of the exact digits against float64', async (how) => {
  const { experiment } = parseExperiment(`model=digits_exact&n=3&c=dpmpp_2m:karras:8:~bottleneck(how=${how})`);
  const { ops } = contenderPlan(experiment.contenders[0]!, 'digits_exact');
  expect(ops.some(({ op }) => op === 'pool')).toBe(true);
  const [on, reference] = [gpu, cpu].map((session) => session.prepare(experiment, never));
  const got = await (await on!).problem.run(ops, { seed: 2, signal: never });
  const want = await (await reference!).problem.run(ops, { seed: 2, signal: never });
  expect(Math.max(...got.x.map((v, i) => Math.abs(v - want.x[i]!)))).toBeLessThan(2e-3);
  expect(Math.max(...want.x)).toBeGreaterThan(0.5);
});

/** The same steps on other noise gave `noted` there; sixteen samples of noise are that far apart. */
const SPREAD = 1.35;
test.each(
  inFull([
    ['20:~strips(workers=2)', 0.051],
    ['20:~strips(workers=2,all=0,halo=1)', 0.232],
    ['20:~strips(workers=2,all=0,halo=2)', 0.147],
    ['20:~strips(workers=2,all=0,halo=0)', 0.352],
    ['20:~strips(workers=7)', 0.082],
    ['20:~strips(workers=7,all=0,halo=1)', 0.264],
    ['20:~strips(workers=7,all=0,halo=2)', 0.224],
    ['20:~strips(workers=7,all=0,halo=0)', 0.49],
    ['50:~strips(workers=2)', 0.031],
    ['50:~strips(workers=7)', 0.046],
    ['50:~strips(workers=7,all=0,halo=1)', 0.275],
  ] as const),
)('%s ends %f from the untouched run', async (text, noted) => {
  const [steps] = text.split(':');
  const off = rms(await endOf(`euler:karras:${text}`), await endOf(`euler:karras:${steps}`));
  expect(off).toBeLessThan(noted * SPREAD);
  expect(off).toBeGreaterThan(noted / SPREAD);
});

test.each(inFull(['workers=7']))('%s: old keys matter less the more steps, a halo loses context at any', async (n) => {
  const off = async (steps: number, more: string) =>
    rms(await endOf(`euler:karras:${steps}:~strips(${n}${more})`), await endOf(`euler:karras:${steps}`));
  expect(await off(50, '')).toBeLessThan(0.6 * (await off(20, '')));
  expect(await off(50, ',all=0,halo=1')).toBeGreaterThan(0.95 * (await off(20, ',all=0,halo=1')));
});

test.each(
  inFull([
    ['keep=0.5,correct=none', 0.215],
    ['keep=0.5,correct=ratio,drift=0', 0.2],
    ['keep=0.5,correct=residual', 0.079],
    ['keep=0.5,drift=0', 0.063],
    ['keep=0.5', 0.06],
    ['correct=none', 0.384],
    ['correct=ratio,drift=0', 0.308],
    ['correct=residual', 0.138],
    ['drift=0', 0.109],
    ['', 0.104],
    ['keep=0.1,correct=none', 0.454],
    ['keep=0.1,correct=ratio,drift=0', 0.343],
    ['keep=0.1,correct=residual', 0.162],
    ['keep=0.1,drift=0', 0.125],
    ['keep=0.1', 0.118],
  ] as const),
)('20:~sparse(%s) ends %f from the untouched run', async (params, noted) => {
  const whole = await endOf('euler:karras:20');
  const off = rms(await endOf(`euler:karras:20:~sparse${params && `(${params})`}`), whole);
  expect(off).toBeLessThan(noted * SPREAD);
  expect(off).toBeGreaterThan(noted / SPREAD);
});

/** Thirty Euler steps, even in the time of a flow, or as many as are said. */
const flow = (n: number) => {
  const levels = Array.from({ length: n }, (_, i) => {
    const t = (80 / 81) * (1 - i / n);
    return Number((t / (1 - t)).toPrecision(6));
  });
  return `euler:explicit(${[...levels, 0].join('_')})`;
};
const karras = (n: number) => `euler:karras:${n}`;
const deeper = '2.2.2.2.2.2.2.3.3.3.3.3.3.4.4.4.4.4.4.4';
const shallower = '4.4.4.4.4.4.4.3.3.3.3.3.3.2.2.2.2.2.2.2';

// What was found elsewhere, on other noise and fits; evaluations as counted, work in whole passes at most.
test.each(
  inFull([
    ['karras', `~exit(depths=${deeper})`, { noted: 0.19, nfe: 20, work: 15.1, accuracy: 0.94 }],
    ['karras', '~exit(depths=3)', { noted: 0.22, nfe: 20, work: 15.1, accuracy: 0.81 }],
    ['karras', `~exit(depths=${shallower})`, { noted: 0.25, nfe: 20, work: 15.1, accuracy: 0.81 }],
    ['karras', `~exit(depths=${deeper},head=own)`, { noted: 0.47, nfe: 20, work: 15.1, accuracy: 0.44 }],
    ['flow', '~erta', { noted: 0.0435, nfe: 10, work: 10, accuracy: 1 }],
    ['flow', '~erta(linear=0)', { noted: 0.0474, nfe: 10, work: 10, accuracy: 1 }],
    ['flow', '~erta(phi=own,linear=0)', { noted: 0.0453, nfe: 10, work: 10, accuracy: 1 }],
    ['flow', '~erta(phi=own)', { noted: 0.0415, nfe: 10, work: 10, accuracy: 1 }],
    ['flow', '~reuse(every=3)', { noted: 0.0627, nfe: 10, work: 10, accuracy: 1 }],
    ['flow', '~erta(lambda=0.2)', { noted: 0.107, nfe: 6, work: 6, accuracy: 1 }],
    ['flow', '~erta(lambda=0.2,linear=0)', { noted: 0.117, nfe: 6, work: 6, accuracy: 1 }],
    ['karras', '~sparse(keep=0.5,correct=none)', { noted: 0.215, nfe: 20, work: 20, accuracy: 0.75 }],
    ['karras', '~sparse(correct=none)', { noted: 0.384, nfe: 20, work: 20, accuracy: 0.5 }],
    ['karras', '~sparse', { noted: 0.104, nfe: 20, work: 20, accuracy: 0.94 }],
    ['karras', '~strips(workers=7,all=0,halo=0)', { noted: 0.49, nfe: 20, work: 20, accuracy: 0.28 }],
  ] as const),
)('%s %s', async (steps, wrap, { noted, nfe, work, accuracy }) => {
  const whole = steps === 'flow' ? flow(30) : karras(20);
  const made = await ended(`${whole}:${wrap}`);
  const off = rms(made.x, await endOf(whole));
  expect(off).toBeLessThan(noted * SPREAD);
  expect(off).toBeGreaterThan(noted / SPREAD);
  // A fit on other noise may leave out one more.
  expect(Math.abs(made.cost.nfe - nfe)).toBeLessThanOrEqual(wrap.includes('erta') ? 1 : 0);
  expect(made.cost.work).toBeLessThan(work + (wrap.includes('erta') ? 1.01 : 0.01));
  // Of sixteen digits four may be others.
  expect(Math.abs(made.accuracy - accuracy)).toBeLessThan(0.26);
});

test.each(inFull([karras(20)]))('of %s: which caches are worth more than fewer steps', async (whole) => {
  const off = async (text: string) => rms(await endOf(text), await endOf(whole));
  const wrapped = (wrap: string) => off(`${whole}:${wrap}`);
  const [ten, seven, five] = [await off(karras(10)), await off(karras(7)), await off(karras(5))];
  // At as many evaluations, or fewer.
  expect((await ended(`${whole}:~taylor`)).cost.nfe).toBe(7);
  expect(await wrapped('~taylor')).toBeLessThan(0.75 * seven);
  expect(await wrapped('~taylor(what=features)')).toBeLessThan(0.75 * seven);
  expect(await wrapped('~taylor(what=features)')).toBeLessThan(
    0.75 * (await wrapped('~taylor(order=0,what=features)')),
  );
  expect(await wrapped('~reuse')).toBeLessThan(ten);
  expect((await ended(`${whole}:~erta`)).cost.nfe).toBeLessThanOrEqual(10);
  expect(await wrapped('~erta')).toBeLessThan(ten);
  expect((await ended(`${whole}:~tea`)).cost.nfe).toBeLessThanOrEqual(5);
  expect(await wrapped('~tea')).toBeLessThan(1.05 * five);
  // The first block at every evaluation costs more than it brings here.
  const first = await ended(`${whole}:~first_block`);
  expect(first.cost.work).toBeGreaterThan(10);
  expect(rms(first.x, await endOf(whole))).toBeGreaterThan(ten);
});

test.each(inFull([30]))('%i flow steps: steps shortened by φ as printed do harm', async (n) => {
  const off = async (wrap: string) => rms(await endOf(`${flow(n)}:${wrap}`), await endOf(flow(n)));
  expect(await off('~erta(phi=printed)')).toBeGreaterThan(1.5 * (await off('~erta')));
});
