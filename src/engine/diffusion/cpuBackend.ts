import { normals } from '../../math/normal.ts';
import { aboutModel, identityOf } from './about.ts';
import { cpuDenoiser, workOf } from './cpuDenoisers.ts';
import { cpuFeatures } from './cpuFeatures.ts';
import { CpuMachine, type Denoise } from './cpu.ts';
import {
  type Backend,
  type Finished,
  type LoadWeights,
  type Mark,
  type Problem,
  type ProblemKey,
  type RunOptions,
} from './problem.ts';
import { breathe, throwIfCancelled } from '../../core/cancel.ts';
import { follow } from './follow.ts';
import type { Instructions } from '../../samplers/diffusion/types.ts';
import { picture } from './tiles.ts';

/** The float64 reference as a backend: what runs where there is no GPU, and what GPU runs are compared with. */
export function createCpuBackend(load: LoadWeights): Backend {
  return {
    kind: 'cpu',
    async prepare(key, signal): Promise<Problem> {
      const denoise = await cpuDenoiser(key, load, signal);
      const exact = key.learned ? await cpuDenoiser({ ...key, learned: false }, load, signal) : denoise;
      const net = key.card.features ? await cpuFeatures(key.card.features, key.card.shape.dim, load, signal) : null;
      return {
        key,
        passes: key.card.guidance && key.guidance !== 1 ? 2 : 1,
        identity: await identityOf(key, load, signal),
        workOfPass: await workOf(key, load, signal),
        about: await aboutModel(key, load, signal),
        remarks:
          Object.keys(key.kernels).length > 0
            ? ['The kernel versions that the link forces mean nothing on the processor.']
            : [],
        run(instructions, options) {
          const answers = options.exact ? exact : denoise;
          return runCpu(key, answers.begin?.(options.heads ?? null) ?? answers, instructions, options);
        },
        features: async (x) => net?.(x) ?? null,
        reduce: async () => null,
        destroy: async () => {},
      };
    },
  };
}

/** One run in float64; marks are delivered as float32. */
export async function runCpu(
  key: Pick<ProblemKey, 'samples' | 'card'>,
  denoise: Denoise,
  instructions: Instructions,
  { seed, seeds = [seed], signal, given, onFrame }: RunOptions,
): Promise<Finished> {
  const { samples } = key;
  const dim = key.card.shape.dim;
  throwIfCancelled(signal);
  const began = performance.now();
  // Copy by copy, each with its own seed and its starts counted from 0.
  const copy = samples / seeds.length;
  const draws = (draw: number, out: Float64Array<ArrayBuffer>): void =>
    seeds.forEach((own, c) => normals(own, draw, copy, dim, out.subarray(c * copy * dim, (c + 1) * copy * dim)));
  const x0 = new Float64Array(samples * dim);
  if (!(given && 'x' in given)) draws(0, x0);
  const plan = follow(instructions);
  const first = plan.first;
  const top = first?.op === 'mark' ? first.sigma : 1;
  for (let i = 0; i < x0.length; i++) x0[i]! *= top;
  const machine = new CpuMachine(x0, denoise, draws, dim);
  for (const [reg, values] of Object.entries(given ?? {})) machine.give(reg, Float64Array.from(values));
  const marks: Mark[] = [];
  let rested = performance.now();
  for (let op = plan.next(); op !== null;) {
    const answer = machine.execute(op);
    if (op.op === 'mark') {
      const mark = { step: op.step, sigma: op.sigma, x: Float32Array.from(machine.read(op.x)) };
      if (!onFrame) marks.length = 0;
      marks.push(mark);
      onFrame?.({ step: op.step, sigma: op.sigma, picture: picture(mark.x, op.sigma, key.card.shape) });
    }
    if (performance.now() - rested > 30) {
      await breathe();
      throwIfCancelled(signal);
      rested = performance.now();
    }
    op = plan.next(answer);
  }
  const kept = Object.keys(given ?? {}).map((reg) => [reg, Float32Array.from(machine.read(reg))] as const);
  return {
    ops: plan.ops,
    x: Float32Array.from(machine.read('x')),
    marks,
    ...(given && { given: Object.fromEntries(kept) }),
    gpuMs: null,
    wallMs: performance.now() - began,
  };
}
