import { beforeAll, describe, expect, test } from 'vitest';
import { parseExperiment } from '../config/codec.ts';
import { contenderPlan, newContender } from '../config/contender.ts';
import { instructionsOf } from '../../../samplers/contenders/contender.ts';
import { reduced } from '../../../core/testing.ts';
import { GpuContext } from '../../../gpu/device.ts';
import { freshContext, nodeContext } from '../../../gpu/testing.ts';
import { samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import { registersOf } from '../../../samplers/diffusion/registers.ts';
import { thorough } from '../../../samplers/diffusion/testing.ts';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { createGpuBackend } from '../../../engine/diffusion/gpuBackend.ts';
import { ARENA_REGISTERS } from '../../../engine/diffusion/gpuPlan.ts';
import type { Finished, Problem, StepFrame } from '../../../engine/diffusion/problem.ts';
import { Judge } from '../../../engine/diffusion/quality.ts';
import { runExperiment, type RunEvent } from './run.ts';
import { problemKey, Session } from './session.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { picture } from '../../../engine/diffusion/tiles.ts';

const key = (hash: string) => problemKey(parseExperiment(hash).experiment);
/** Of methods that are data one a kind, in the short tier: they differ in coefficients, and verify runs each of them. */
const ids = (Object.keys(samplers) as SamplerId[]).filter(thorough);
let ctx: GpuContext;
beforeAll(async () => {
  ctx = await nodeContext();
});

/** Distances between the ends of samples of two runs, ascending. */
function distances(a: Finished, b: Finished, dim: number): number[] {
  return Array.from({ length: a.x.length / dim }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < dim; j++) sum += (a.x[i * dim + j]! - b.x[i * dim + j]!) ** 2;
    return Math.sqrt(sum / dim);
  }).sort((p, q) => p - q);
}

describe('every sampler on the GPU is the one of the float64 reference', () => {
  const samples = 200;
  let gpu: Problem;
  let cpu: Problem;
  beforeAll(async () => {
    const k = key(`model=grid4&n=${samples}`);
    gpu = await createGpuBackend(ctx, diskWeights).prepare(k, never);
    cpu = await createCpuBackend(diskWeights).prepare(k, never);
  });

  test.each(ids)('%s', async (id) => {
    const plan = contenderPlan(newContender(id, 12), 'grid4');
    const options = { seed: 11, signal: never };
    const a = await gpu.run(instructionsOf(plan), options);
    const b = await cpu.run(instructionsOf(plan), options);
    const { ops } = b;
    const d = distances(a, b, 2);
    // float32 at σ = 20 rounds to 2e-6; the flow between modes magnifies it for few points, so: nearly all, then all.
    expect(d[Math.floor(0.95 * samples)]!, '95th percentile').toBeLessThan(plan.adaptive ? 2e-3 : 2e-4); // adaptive.gpu.test.ts
    expect(d.at(-1)!, 'largest').toBeLessThan(0.05);
    expect(Math.max(...b.x.map(Math.abs))).toBeGreaterThan(1);
    const { adaptive } = plan;
    const room = id === 'pcm' ? 3 * 12 + 2 : ARENA_REGISTERS - 1; // all its steps at once: the arena grows for them
    expect(registersOf(ops).size).toBeLessThanOrEqual(adaptive?.registers ?? room);
  });

  test('the loop allocates, compiles and reads nothing back: one submit a step when watched, fewer when not', async () => {
    const { ops, sigmas } = contenderPlan(newContender('dpmpp_2m_sde', 24), 'grid4');
    const steps = sigmas.length - 1;
    await gpu.run(ops, { seed: 1, signal: never, onFrame: () => {} }); // the history buffer grows once
    for (const watched of [true, false]) {
      const before = { ...ctx.counters };
      await gpu.run(ops, { seed: 2, signal: never, ...(watched && { onFrame: () => {} }) });
      const moved = Object.fromEntries(
        Object.entries(ctx.counters).map(([name, n]) => [name, n - before[name as keyof typeof before]]),
      );
      expect(moved).toMatchObject({ buffersCreated: 0, pipelinesCreated: 0, bindGroupsCreated: 0 });
      const clock = ctx.info.features.has('timestamp-query') ? 1 : 0; // reads the clock after the loop
      expect(moved['submits']!).toBeLessThanOrEqual(watched ? steps + 1 + clock : Math.ceil((steps + 1) / 16) + clock);
      expect(moved['maps']!).toBeLessThanOrEqual(1 + clock + (watched ? steps + 1 : 0));
      expect(moved['dispatches']!).toBeGreaterThanOrEqual(2 * steps);
    }
  });

  test('every step arrives once and the run can be cancelled', async () => {
    const { ops } = contenderPlan(newContender('euler', 30), 'grid4');
    const seen: number[] = [];
    await gpu.run(ops, { seed: 5, signal: never, onFrame: (m) => seen.push(m.step) });
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 31 }, (_, i) => i));
    const abort = new AbortController();
    await expect(gpu.run(ops, { seed: 5, signal: abort.signal, onFrame: () => abort.abort() })).rejects.toMatchObject({
      name: 'Cancelled',
    });
    await expect(gpu.run(ops, { seed: 5, signal: never })).resolves.toBeDefined();
  });
});

test('a learned model is measured against its closed form: the error stops falling where the network’s begins', async () => {
  const e = parseExperiment('model=ring8&learned=1&n=256').experiment;
  const session = new Session(createGpuBackend(ctx, diskWeights));
  const { problem, references } = await session.prepare(e, never);
  const reference = await references.get(0, never);
  const closed = await createCpuBackend(diskWeights).prepare({ ...problem.key, learned: false }, never);
  const exact = await closed.run(contenderPlan(newContender('rk4', 128, 'exponential'), 'ring8').ops, {
    seed: 0,
    signal: never,
  });
  expect(distances({ ...exact, x: reference }, exact, 2)[230]!).toBeLessThan(1e-3);
  const error = async (steps: number) =>
    distances(
      {
        ...exact,
        x: (await problem.run(contenderPlan(newContender('dpmpp_2m', steps), 'ring8').ops, { seed: 0, signal: never }))
          .x,
      },
      exact,
      2,
    )[128]!;
  const [few, many, more] = [await error(6), await error(96), await error(192)];
  expect(few).toBeGreaterThan(5 * many);
  expect(more / many).toBeGreaterThan(0.7); // a second-order method alone would give 0.25
  await session.clear();
});

test('live pictures are those of the states: drawn by the kernel, a level of rounding apart', async () => {
  const k = key('model=digits_exact&n=5');
  const problem = await createGpuBackend(ctx, diskWeights).prepare(k, never);
  const frames: StepFrame[] = [];
  const { marks } = await problem.run(contenderPlan(newContender('euler', 5), 'digits_exact').ops, {
    seed: 3,
    signal: never,
    onFrame: (f) => frames.push(f),
  });
  expect(frames.map((f) => f.step).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  for (const { step, picture: seen } of frames) {
    const mark = marks.find((m) => m.step === step)!;
    const wanted = picture(mark.x, mark.sigma, k.card.shape);
    if (seen.kind !== 'image' || wanted.kind !== 'image') throw new Error('images were expected');
    expect([seen.width, seen.height, seen.columns, seen.tile]).toEqual([84, 56, 3, 28]);
    let most = 0;
    let inked = 0;
    // The sixth tile has no sample: transparent in one, empty in the other.
    for (let y = 0; y < 56; y++)
      for (let x = 0; x < (y < 28 ? 84 : 56); x++)
        for (let c = 0; c < 4; c++) {
          const at = 4 * (y * 84 + x) + c;
          most = Math.max(most, Math.abs(seen.rgba[at]! - wanted.rgba[at]!));
          inked += Number(seen.rgba[at]! > 0 && seen.rgba[at]! < 255);
        }
    expect(most).toBeLessThanOrEqual(1);
    expect(inked).toBeGreaterThan(1000);
  }
  problem.destroy();
});

describe('every model on the GPU is its float64 reference', () => {
  test.each([
    ['model=ring8&n=65', 2, 1e-3],
    ['model=unbalanced&n=65', 2, 1e-3],
    ['model=moons&n=65', 2, 1e-3],
    ['model=spiral&n=33', 2, 1e-3],
    ['model=checkerboard&n=33', 2, 1e-3],
    ['model=drawn&n=64', 2, 1e-3],
    ['model=moons&learned=1&n=65', 2, 1e-3],
    ['model=ring8&learned=1&n=64', 2, 1e-3],
    ['model=digits_exact&n=3', 784, 5e-3],
    ['model=digits&n=3', 784, 5e-3],
    ['model=digits&n=2&w=2&class=4', 784, 5e-3],
    ['model=avatars&n=2', 3072, 5e-3],
  ] as const)('%s', async (hash, dim, tolerance) => {
    const k = key(hash);
    const gpu = await createGpuBackend(ctx, diskWeights).prepare(k, never);
    const cpu = await createCpuBackend(diskWeights).prepare(k, never);
    const { ops } = contenderPlan(newContender('dpmpp_2m', 3), k.card.id as never);
    const options = { seed: 7, signal: never };
    const a = await gpu.run(ops, options);
    const b = await cpu.run(ops, options);
    const d = distances(a, b, dim);
    expect(d[Math.floor(0.9 * (d.length - 1))]!).toBeLessThan(tolerance);
    expect(Math.max(...b.x.map(Math.abs))).toBeGreaterThan(0.3);
    expect(gpu.passes).toBe(cpu.passes);
    const f = await gpu.features(b.x);
    const g = await cpu.features(b.x);
    expect(f === null).toBe(g === null);
    if (f && g) for (let i = 0; i < g.logits.length; i++) expect(f.logits[i]).toBeCloseTo(g.logits[i]!, 1);
    gpu.destroy();
  });
});

const ofRealGpus = [
  ['model=moons&n=65', 2],
  ['model=moons&learned=1&n=65', 2],
  ['model=digits&n=3&w=2', 784],
  ['model=digits_exact&n=3', 784],
] as const;
// Barriers are dear on SwiftShader; the kernels themselves are run there at the catalogue's edges.
test.each(reduced ? ofRealGpus.slice(0, 1) : ofRealGpus)(
  '%s with the kernel versions of a real GPU',
  async (hash, dim) => {
    const own = await freshContext();
    const hardware = new GpuContext(own.device, { ...own.info, isSoftware: false });
    const k = key(hash);
    const gpu = await createGpuBackend(hardware, diskWeights).prepare(k, never);
    const cpu = await createCpuBackend(diskWeights).prepare(k, never);
    const { ops } = contenderPlan(newContender('dpmpp_2m', 3), k.card.id as never);
    const options = { seed: 7, signal: never };
    const a = await gpu.run(ops, options);
    const b = await cpu.run(ops, options);
    const d = distances(a, b, dim);
    // f16 weights are those of the file, so even they change nothing but the order of sums.
    expect(d[Math.floor(0.9 * (d.length - 1))]!).toBeLessThan(5e-3);
    if (k.card.kind === 'network') {
      const used = [...hardware.pipelines.keys()].map((text) => text.split('\0')[0]);
      const rows =
        own.info.features.has('subgroups') && own.info.language.has('subgroup_id')
          ? 'layernorm.3.subgroup'
          : 'layernorm.1.tree';
      expect(used).toEqual(expect.arrayContaining(['matmul.2.tiled', 'attention.2.flash', rows]));
      expect([...hardware.pipelines.keys()].some((text) => text.includes('alias Weight = f16'))).toBe(
        own.info.features.has('shader-f16'),
      );
    }
    own.destroy();
  },
);

test.each([2, 65, 600, 4100])('metrics of %i samples that the GPU adds up are those of the processor', async (n) => {
  const k = key(`model=ring8&n=${n}`);
  const problem = await createGpuBackend(ctx, diskWeights, { reduceOnGpu: true }).prepare(k, never);
  const plain = await createGpuBackend(ctx, diskWeights, { reduceOnGpu: false }).prepare(k, never);
  const { x } = await problem.run(contenderPlan(newContender('euler', 5), 'ring8').ops, { seed: 2, signal: never });
  const gpu = await new Judge(problem).measure(x, null);
  const cpu = await new Judge(plain).measure(x, null);
  for (const id of ['energy', 'sw1', 'sw2'] as const) {
    expect(Math.abs(gpu[id]! - cpu[id]!), id).toBeLessThan(2e-5);
    expect(Math.abs(cpu[id]!), id).toBeGreaterThan(1e-3);
  }
  problem.destroy();
});

test('a whole experiment: reproduced on the GPU from the record that the CPU made', async () => {
  const e = parseExperiment(
    'model=ring8&n=128&c=euler:karras:9&c=ipndm:exponential:7&c=euler_ancestral:karras:8',
  ).experiment;
  const events: RunEvent[] = [];
  const made = await runExperiment(new Session(createCpuBackend(diskWeights)), e, null, () => {}, never);
  const session = new Session(createGpuBackend(ctx, diskWeights));
  const replay = await runExperiment(session, e, made.fingerprint, (event) => events.push(event), never);
  expect(replay.reproduction).toMatchObject({ verdict: 'reproduced' });
  expect(events.filter((x) => x.kind === 'result')).toHaveLength(3);
  await session.clear();
});

test('a request that does not fit is refused in words, and the next one runs', async () => {
  const backend = createGpuBackend(ctx, diskWeights);
  const k = key('model=ring8&n=64');
  await expect(backend.prepare({ ...k, samples: 2 ** 28 }, never)).rejects.toMatchObject({
    name: 'OutOfMemoryError',
    message: expect.stringMatching(/samples fit/),
  });
  const fine = await backend.prepare(k, never);
  await fine.run(contenderPlan(newContender('euler', 2), 'ring8').ops, { seed: 0, signal: never });
  fine.destroy();
});

test('problems come and go without leaving buffers behind', async () => {
  const own = await freshContext();
  const session = new Session(createGpuBackend(own, diskWeights));
  const bytes: number[] = [];
  for (const hash of [
    'model=ring8&n=64',
    'model=moons&n=64',
    'model=digits&n=2',
    'model=ring8&n=64',
    'model=moons&n=64',
    'model=digits&n=2',
    'model=ring8&n=64',
  ]) {
    await session.prepare(parseExperiment(hash).experiment, never);
    bytes.push(own.buffers.liveBytes);
  }
  expect(bytes[6]).toBe(bytes[3]);
  expect(bytes[5]).toBe(bytes[2]);
  await session.clear();
  own.destroy();
});

test('a lost device says so, and a new one replays the run exactly', async () => {
  const own = await freshContext();
  const k = key('model=grid4&n=100');
  const { ops } = contenderPlan(newContender('heun', 40), 'grid4');
  const options = { seed: 9, signal: never };
  const first = await createGpuBackend(own, diskWeights).prepare(k, never);
  let steps = 0;
  await expect(
    first.run(ops, { ...options, onFrame: () => (++steps === 5 ? own.destroy() : undefined) }),
  ).rejects.toMatchObject({ name: 'DeviceLostError' });
  const again = await freshContext();
  const replay = await (await createGpuBackend(again, diskWeights).prepare(k, never)).run(ops, options);
  const whole = await (await createGpuBackend(ctx, diskWeights).prepare(k, never)).run(ops, options);
  expect([...replay.x]).toEqual([...whole.x]);
  again.destroy();
});
