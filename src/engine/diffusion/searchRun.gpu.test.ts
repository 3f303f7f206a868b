import { beforeAll, expect, test } from 'vitest';
import type { GpuContext } from '../../gpu/device.ts';
import { nodeContext } from '../../gpu/testing.ts';
import { modelCard, type ModelId } from '../../models/index.ts';
import { mixtures } from '../../models/definitions.ts';
import { logDensity } from '../../models/mixture.ts';
import { defaults } from '../../core/field.ts';
import { newContender, newGuidance } from '../../samplers/contenders/contender.ts';
import type { Contender } from '../../samplers/contenders/types.ts';
import { searchContext } from '../../search/context.ts';
import { searches, type SearchId } from '../../search/index.ts';
import type { NoiseSearch, States } from '../../search/types.ts';
import { verifiers } from '../../search/verifiers/index.ts';
import { createCpuBackend } from './cpuBackend.ts';
import { oneCopy, type Judged } from './copies.ts';
import { createGpuBackend } from './gpuBackend.ts';
import type { Problem, ProblemKey } from './problem.ts';
import '../../wrappers/index.ts';
import { carrierOf, runNoiseSearch } from './searchRun.ts';
import { diskWeights, never } from './testing.ts';

let ctx: GpuContext;
beforeAll(async () => {
  ctx = await nodeContext();
});

const keyOf = (model: ModelId, starts: number, copies = 1): ProblemKey => ({
  card: modelCard(model),
  learned: false,
  points: [],
  samples: starts * copies,
  ...(copies > 1 && { copies }),
  guidance: 1,
  label: -1,
  kernels: {},
});
const problemOn = {
  gpu: (key: ProblemKey) => createGpuBackend(ctx, diskWeights).prepare(key, never),
  cpu: (key: ProblemKey) => createCpuBackend(diskWeights).prepare(key, never),
};

async function found(
  problem: Problem,
  id: SearchId,
  budget: number,
  steps: number,
  score: (x: States, problem: Judged) => Float64Array | Promise<Float64Array>,
  base: Contender = newContender('dpmpp_2m', steps),
) {
  const { card, copies = 1 } = problem.key;
  const method: NoiseSearch = searches[id];
  const size = { samples: problem.key.samples / copies, dim: card.shape.dim, budget, seed: 3, atOnce: copies };
  const range = { ...card.range, ...(card.network && { network: card.network }) };
  const made = method.search(searchContext(base, range, size), defaults(method.params));
  const carrier = carrierOf(problem, never);
  return (await runNoiseSearch(made, { carrier, seed: 3, score: (x) => score(x, oneCopy(problem)), signal: never }))!;
}

test('every search in the plane: what a GPU finds is what float64 finds, but for starts whose choice was a near tie', async () => {
  const key = keyOf('unbalanced', 67);
  const target = mixtures.unbalanced();
  const score = (x: States) => logDensity(target, x, key.card.range.min);
  const [gpu, cpu] = [await problemOn.gpu(key), await problemOn.cpu(key)];
  for (const id of Object.keys(searches) as SearchId[]) {
    const [a, b] = [await found(gpu, id, 60, 8, score), await found(cpu, id, 60, 8, score)];
    const off = Array.from({ length: 67 }, (_, i) =>
      Math.hypot(a.x[2 * i]! - b.x[2 * i]!, a.x[2 * i + 1]! - b.x[2 * i + 1]!),
    ).sort((u, v) => u - v);
    // Float32 at σ = 20 rounds to 2e-6; where two candidates score alike the other one may win.
    expect(off[60]!, id).toBeLessThan(1e-3);
    if (id !== 'rbf') expect(a.cost, id).toEqual(b.cost);
    const total = (v: Float64Array) => v.reduce((sum, n) => sum + n, 0);
    expect(Math.abs(total(a.scores) - total(b.scores)) / 67, id).toBeLessThan(0.02);
  }
  await gpu.destroy();
  await cpu.destroy();
});

test('pictures: the transformer and the feature net choose alike on a GPU and in float64', async () => {
  const key = keyOf('digits', 4);
  const score = async (x: States, problem: Judged) => {
    const { logits, classes } = (await problem.features(Float32Array.from(x)))!;
    const labels = [0, 1, 2, 3];
    return verifiers.class.score({ x, n: 4, dim: 784, logDensity: null, logits, classes, labels }, {});
  };
  const [gpu, cpu] = [await problemOn.gpu(key), await problemOn.cpu(key)];
  for (const id of ['random', 'greedy'] as const) {
    const [a, b] = [await found(gpu, id, 6, 3, score), await found(cpu, id, 6, 3, score)];
    a.scores.forEach((v, i) => expect(v, id).toBeCloseTo(b.scores[i]!, 1));
    let worst = 0;
    a.x.forEach((v, i) => (worst = Math.max(worst, Math.abs(v - b.x[i]!))));
    expect(worst, id).toBeLessThan(0.05); // of 2: half precision of a software adapter's weights
    expect(a.cost).toEqual(b.cost);
  }
  await gpu.destroy();
  await cpu.destroy();
});

test('candidates in one batch, of a sampler that draws, is guided and reuses: a GPU finds what float64 finds one by one', async () => {
  const base: Contender = {
    ...newContender('euler_ancestral', 6),
    guide: newGuidance('cfg', { w: 2 }),
    wraps: [{ id: 'reuse', params: { every: 2, what: 'residual' } }],
  };
  const labelled = (key: ProblemKey): ProblemKey => ({ ...key, label: 2 });
  const target = mixtures.unbalanced();
  const score = (x: States) => logDensity(target, x, 0.02);
  const gpu = await problemOn.gpu(labelled(keyOf('unbalanced', 13, 3)));
  const cpu = await problemOn.cpu(labelled(keyOf('unbalanced', 13)));
  for (const id of ['random', 'paths', 'greedy'] as const) {
    const [a, b] = [await found(gpu, id, 30, 6, score, base), await found(cpu, id, 30, 6, score, base)];
    const off = Array.from({ length: 13 }, (_, i) => Math.abs(a.x[2 * i]! - b.x[2 * i]!)).sort((u, v) => u - v);
    expect(off[11]!, id).toBeLessThan(1e-3);
    expect(a.cost, id).toEqual(b.cost);
  }
  await gpu.destroy();
  await cpu.destroy();
});

test('pictures in one batch: each copy has the classes and the noise of its candidate', async () => {
  const base: Contender = {
    ...newContender('euler_ancestral', 2),
    guide: newGuidance('cfg', { w: 1.5 }),
    wraps: [{ id: 'exit', params: { depths: '2.4', head: 'own' } }],
  };
  const score = (x: States) => Float64Array.from({ length: 2 }, (_, i) => x[784 * i + 400]!);
  const [one, two] = [keyOf('digits', 2), keyOf('digits', 2, 2)];
  const alone = await problemOn.gpu(one);
  const a = await found(alone, 'random', 6, 2, score, base);
  await alone.destroy();
  const together = await problemOn.gpu(two);
  const b = await found(together, 'random', 6, 2, score, base);
  await together.destroy();
  const cpu = await problemOn.cpu(two);
  const c = await found(cpu, 'random', 6, 2, score, base);
  await cpu.destroy();
  let worst = [0, 0];
  a.x.forEach(
    (v, i) => (worst = [Math.max(worst[0]!, Math.abs(v - b.x[i]!)), Math.max(worst[1]!, Math.abs(v - c.x[i]!))]),
  );
  expect(worst[0]).toBeLessThan(1e-4);
  expect(worst[1]).toBeLessThan(0.05);
  expect([b.cost, c.cost]).toEqual([a.cost, a.cost]);
});
