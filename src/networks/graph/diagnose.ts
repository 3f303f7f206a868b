import type { GpuContext } from '../../gpu/device.ts';
import { encode, type Call } from '../../gpu/kernel.ts';
import { readBuffer } from '../../gpu/readback.ts';
import { createNonfinite } from '../../kernels/reduce/nonfinite.ts';
import { sizeOf } from '../../models/graph/types.ts';
import { Holdings } from '../holdings.ts';
import type { Nonfinite } from './denoiserTypes.ts';
import type { Part } from './passes.ts';
import type { Held } from './runner.ts';

/** Something to look at, after what makes it. */
interface Probe {
  readonly block: string;
  readonly calls: readonly Call[];
  readonly of: Held;
  readonly count: number;
}

/**
 * Runs an evaluation operation by operation, each submitted by itself, and counts what is not finite in the result of
 * each: the first in the order of the network. What depends on the text alone is looked at as it lies.
 */
export const diagnose = (ctx: GpuContext, owner: string, parts: readonly Part[]): Promise<Nonfinite | null> =>
  Holdings.build(ctx, owner, async (hold) => {
    const probes = parts.map((part) => probesOf(part));
    const total = probes.reduce((n, list) => n + list.length, 0);
    const [counts, slots, nonfinite] = await Promise.all([
      hold.floats('values that are not finite', total),
      hold.slots(total),
      createNonfinite(ctx),
    ]);
    ctx.device.queue.writeBuffer(counts, 0, new Uint32Array(total));
    let slot = 0;
    const recorded = parts.flatMap(({ after }, i) => [
      ...probes[i]!.map(({ calls, of, count }) => [
        ...calls,
        nonfinite.call({ x: of, counts }, { count, slot: slot++ }, slots),
      ]),
      after,
    ]);
    slots.flush();
    const run = (calls: readonly Call[]) => {
      const encoder = ctx.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (const call of calls) encode(pass, call);
      pass.end();
      ctx.submit(encoder.finish());
    };
    for (const calls of recorded) run(calls);
    const found = new Uint32Array(await readBuffer(ctx, counts, 0, 4 * total));
    const flat = probes.flat();
    const first = found.findIndex((n) => n > 0);
    hold.destroy();
    return first < 0 ? null : { block: flat[first]!.block, count: found[first]! };
  });

function probesOf({ pass: { run, graph }, before }: Part): readonly Probe[] {
  const sample = graph.inputs.get('sample')!;
  const given = { block: 'sample', calls: before, of: run.inputs.get('sample')!, count: sizeOf(sample) };
  const looked = run.steps.filter(({ once, kept }) => !once || kept);
  return [
    given,
    ...looked.map(({ part, once, calls, out, count }) => ({ block: part, calls: once ? [] : calls, of: out, count })),
  ];
}
