import type { GpuContext } from '../gpu/device.ts';
import { askedKey } from '../core/role.ts';
import { encode, type Call } from '../gpu/kernel.ts';
import type { UniformSlots } from '../gpu/slots.ts';
import { createEmpiricalDenoiser } from '../kernels/density/empiricalDenoiser.ts';
import { createMixtureDenoiser, packMixture } from '../kernels/density/mixtureDenoiser.ts';
import type { Mixture } from '../models/mixture.ts';
import type { Batch } from '../models/types.ts';
import { Holdings } from './holdings.ts';
import { mostEvaluations, PlanTooLongError, type Evaluation, type GpuDenoiser, type Place } from './types.ts';

/** A denoiser whose evaluations are lists of calls and nothing else. */
export function planned(hold: Holdings, slots: UniformSlots, callsOf: (e: Evaluation) => Call[]): GpuDenoiser {
  const fixed = slots.mark();
  let plan: Call[][] = [];
  return {
    passesPerEval: 1,
    prepare(evaluations) {
      if (evaluations.length > mostEvaluations) throw new PlanTooLongError(evaluations.length, mostEvaluations);
      slots.release(fixed);
      plan = evaluations.map(callsOf);
      slots.flush();
    },
    encode(pass, k) {
      for (const call of plan[k]!) encode(pass, call);
    },
    destroy: () => hold.destroy(),
  };
}

const tableOf = ({ weights, means, stds }: Mixture) =>
  packMixture(
    Array.from(weights, (weight, k) => ({
      weight,
      mean: [means[2 * k]!, means[2 * k + 1]!] as const,
      std: stds[k]!,
    })),
  );

/**
 * The exact denoiser of a Gaussian mixture in the plane; reference: src/models/mixture.ts. `roles` are the mixtures of
 * other roles, by what is asked (models/roles.ts); without them it answers all as itself.
 */
export function createMixture(
  ctx: GpuContext,
  mixture: Mixture,
  { arena, samples, owner }: Place,
  roles: ReadonlyMap<string, Mixture> = new Map(),
): Promise<GpuDenoiser> {
  return Holdings.build(ctx, owner, async (hold) => {
    // One table after the other, each where it can be bound by itself.
    const tables = [mixture, ...roles.values()].map(tableOf);
    const stride = Math.ceil(Math.max(...tables.map((t) => t.length)) / 64) * 64;
    const all = new Float32Array(tables.length * stride);
    tables.forEach((table, i) => all.set(table, i * stride));
    const places = new Map([...roles.keys()].map((key, i) => [key, i + 1]));
    const [kernel, buffer, slots] = await Promise.all([
      createMixtureDenoiser(ctx),
      hold.upload('mixture', all),
      hold.slots(mostEvaluations),
    ]);
    return planned(hold, slots, ({ sigma, x, out, ...asked }) => {
      const i = places.get(askedKey(asked)) ?? 0;
      const components = tables[i]!.length / 4;
      const table = { buffer, offset: i * stride * 4, size: tables[i]!.byteLength };
      return [kernel.call({ arena, mixture: table }, { samples, components, at: x, out, sigma }, slots)];
    });
  });
}

/** The exact denoiser of a finite set of points in the plane; reference: src/models/empirical.ts. */
export function createEmpirical(
  ctx: GpuContext,
  points: Batch,
  { arena, samples, owner }: Place,
): Promise<GpuDenoiser> {
  return Holdings.build(ctx, owner, async (hold) => {
    // The kernel reads four points at a time.
    const data = new Float32Array(Math.ceil(points.n / 4) * 8);
    data.set(Float32Array.from(points.data));
    const [kernel, table, slots] = await Promise.all([
      createEmpiricalDenoiser(ctx),
      hold.upload('points', data),
      hold.slots(mostEvaluations),
    ]);
    return planned(hold, slots, ({ sigma, x, out }) => [
      kernel.call({ arena, points: table }, { samples, points: points.n, at: x, out, sigma }, slots),
    ]);
  });
}
