// Wrappers on the bundled digits, as the page runs them: how far each ends from the untouched run, on the same noise.
import '../../../wrappers/index.ts';
import { afterAll, expect, test } from 'vitest';
import { inFull } from '../../../core/testing.ts';
import { nodeContext } from '../../../gpu/testing.ts';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { createGpuBackend } from '../../../engine/diffusion/gpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { parseExperiment } from '../config/codec.ts';
import { contenderPlan } from '../config/contender.ts';
import { Session } from './session.ts';

const ctx = await nodeContext();
const gpu = new Session(createGpuBackend(ctx, diskWeights));
const cpu = new Session(createCpuBackend(diskWeights));
afterAll(() => gpu.clear());

const ends = new Map<string, Float32Array>();
/** Where sixteen digits end; a run is made once. */
async function endOf(contender: string, samples = 16): Promise<Float32Array> {
  const key = `${samples} ${contender}`;
  const { experiment, refusals } = parseExperiment(`model=digits&n=${samples}&w=1&c=${contender}`);
  expect(refusals).toEqual([]);
  const { problem } = await gpu.prepare(experiment, never);
  const { ops } = contenderPlan(experiment.contenders[0]!, 'digits');
  const known = ends.get(key) ?? (await problem.run(ops, { seed: 1, signal: never })).x;
  ends.set(key, known);
  return known;
}
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
