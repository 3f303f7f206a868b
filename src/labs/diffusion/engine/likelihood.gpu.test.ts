// The log-likelihood on a device against float64, with the device's own wider difference and with float64's.
import { afterAll, describe, expect, test } from 'vitest';
import { reduced } from '../../../core/testing.ts';
import { nodeContext } from '../../../gpu/testing.ts';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { createGpuBackend } from '../../../engine/diffusion/gpuBackend.ts';
import { flowLikelihood } from '../../../engine/diffusion/likelihood.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { DIFFERENCES, type Difference } from '../../../samplers/likelihood/plan.ts';
import { parseExperiment } from '../config/codec.ts';
import { contenderFlow } from './flow.ts';
import { Session } from './session.ts';

const ctx = await nodeContext();
const gpu = new Session(createGpuBackend(ctx, diskWeights));
const cpu = new Session(createCpuBackend(diskWeights));
afterAll(() => gpu.clear());

/** Of one contender's end points, on both. */
async function both(link: string, settings: { steps: number; probes: number }) {
  const { experiment: e } = parseExperiment(link);
  const flow = contenderFlow(e.contenders[0]!, e);
  const [on, reference] = [await gpu.prepare(e, never), await cpu.prepare(e, never)];
  const { samples, card } = on.problem.key;
  // A flow can be followed from any point.
  const x = Float32Array.from({ length: samples * card.shape.dim }, (_, i) => 1.5 * Math.sin(1 + i * 2.3));
  const run = (problem: typeof on.problem, difference: Difference) =>
    flowLikelihood(problem, x, flow, settings, difference, { seed: 4, signal: never });
  return {
    got: await run(on.problem, DIFFERENCES.float32),
    want: await run(reference.problem, DIFFERENCES.float64),
    wider: () => run(reference.problem, DIFFERENCES.float32),
  };
}
const far = (a: Float64Array, b: Float64Array) => a.map((v, i) => Math.abs(v - b[i]!)).sort();

describe('in the plane', () => {
  test.each(['grid4', 'moons', 'unbalanced'])('%s: half the samples to 2e-3 nats, the mean to 5e-3', async (model) => {
    const { got, want, wider } = await both(`model=${model}&n=65&c=euler:karras:4`, { steps: 24, probes: 1 });
    const errors = far(got.values, want.values);
    expect(errors[32]).toBeLessThan(2e-3);
    const mean = (v: Float64Array) => v.reduce((a, b) => a + b, 0) / 65;
    expect(Math.abs(mean(got.values) - mean(want.values))).toBeLessThan(5e-3);
    // The wider difference by itself, without rounding.
    expect(far((await wider()).values, want.values)[32]).toBeLessThan(1e-3);
    expect(got.probeErrors).toBeNull();
  });
  test('guided, learned', async () => {
    const guided = await both('model=grid4&class=1&n=17&c=euler:karras:4:cfg(w=1.5)', { steps: 16, probes: 1 });
    expect(far(guided.got.values, guided.want.values)[8]).toBeLessThan(2e-3);
    const learned = await both('model=ring8&learned=1&n=17&c=euler:karras:4', { steps: 16, probes: 1 });
    expect(far(learned.got.values, learned.want.values)[8]).toBeLessThan(5e-3);
  });
});

test.skipIf(reduced)(
  'digits: three probes, two plans: to 1e-3 bits a number, and the probes’ errors alike',
  async () => {
    const { got, want } = await both('model=digits&n=1&c=euler:karras:4', { steps: 5, probes: 3 });
    const bits = (v: number) => v / (784 * Math.LN2);
    expect(Math.max(...got.values.map((v, i) => Math.abs(bits(v - want.values[i]!))))).toBeLessThan(1e-3);
    want.probeErrors!.forEach((v, i) => expect(got.probeErrors![i]! / v).toBeCloseTo(1, 1));
  },
);
