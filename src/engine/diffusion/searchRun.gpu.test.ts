import { beforeAll, expect, test } from 'vitest';
import type { GpuContext } from '../../gpu/device.ts';
import { nodeContext } from '../../gpu/testing.ts';
import { modelCard, type ModelId } from '../../models/index.ts';
import { mixtures } from '../../models/definitions.ts';
import { logDensity } from '../../models/mixture.ts';
import { defaults } from '../../core/field.ts';
import { newContender } from '../../samplers/contenders/contender.ts';
import { searchContext } from '../../search/context.ts';
import { searches, type SearchId } from '../../search/index.ts';
import type { NoiseSearch, States } from '../../search/types.ts';
import { verifiers } from '../../search/verifiers/index.ts';
import { createCpuBackend } from './cpuBackend.ts';
import { createGpuBackend } from './gpuBackend.ts';
import type { Problem, ProblemKey } from './problem.ts';
import { carrierOf, runNoiseSearch } from './searchRun.ts';
import { diskWeights, never } from './testing.ts';

let ctx: GpuContext;
beforeAll(async () => {
  ctx = await nodeContext();
});

const keyOf = (model: ModelId, samples: number): ProblemKey => ({
  card: modelCard(model),
  learned: false,
  points: [],
  samples,
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
  score: (x: States, problem: Problem) => Float64Array | Promise<Float64Array>,
) {
  const { samples, card } = problem.key;
  const method: NoiseSearch = searches[id];
  const size = { samples, dim: card.shape.dim, budget, seed: 3 };
  const made = method.search(searchContext(newContender('dpmpp_2m', steps), card.range, size), defaults(method.params));
  const carrier = carrierOf(problem, never);
  return (await runNoiseSearch(made, { carrier, seed: 3, score: (x) => score(x, problem), signal: never }))!;
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
  const score = async (x: States, problem: Problem) => {
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
