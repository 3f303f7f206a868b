import type { WeightFormat } from '../../core/weightFormat.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { encode, type Call } from '../../gpu/kernel.ts';
import { createEmbed } from '../../kernels/linear/embed.ts';
import { createPatchify } from '../../kernels/diffusion/patchify.ts';
import { createUnpatchify } from '../../kernels/diffusion/unpatchify.ts';
import type { GraphModel, GraphUse } from '../../models/diffusers/types.ts';
import { chunksOf, Holdings } from '../holdings.ts';
import { mostEvaluations, PlanTooLongError, type Evaluation, type GpuDenoiser, type Place } from '../types.ts';
import { networkKernels } from './kernels.ts';
import { lower } from './lower.ts';
import { createGraphRun, type GraphRun } from './runner.ts';
import { graphWeights } from './weightList.ts';
import { loadGraphWeights, type StoredTensors } from './weights.ts';

export interface GraphPlace extends Place {
  readonly format: WeightFormat;
  /** Samples that pass through the network together; one unless given. */
  readonly atOnce?: number;
}

/**
 * A network of operations as a denoiser. Activations are float32; the time embedding of every evaluation is known before
 * the loop and is computed in float64.
 */
export function createGraphDenoiser(
  ctx: GpuContext,
  model: GraphModel,
  stored: StoredTensors,
  use: GraphUse,
  place: GraphPlace,
): Promise<GpuDenoiser> {
  return Holdings.build(ctx, place.owner, async (hold) => {
    const { arena, samples } = place;
    const { channels, height, width, embedding } = model;
    const { guidance, texts } = use;
    const copies = guidance === 1 ? 1 : 2;
    const dim = channels * height * width;
    const chunks = chunksOf(samples, place.atOnce ?? 1);
    const graphs = new Map(
      [...new Set(chunks.map(({ count }) => count))].map((n) => [n, model.graph(n * copies, copies)]),
    );
    const widest = graphs.get(chunks[0]!.count)!;
    const weights = await loadGraphWeights(ctx, graphWeights(widest), stored, place.format, place.owner);
    hold.onDestroy(() => weights.destroy());

    const stride = Math.ceil((embedding.width * 4) / 256) * 256;
    const capacity = Math.min(mostEvaluations, Math.floor(32_768 / (3 * chunks.length)));
    const perRun = [...graphs.values()].reduce((n, graph) => n + 4 * graph.ops.length, 0);
    const [times, table, ids, slots, patchify, unpatchify, embed] = await Promise.all([
      hold.floats('times', (capacity * stride) / 4),
      hold.upload('conditions', Float32Array.from(use.rows.flatMap((row) => [...row]))),
      hold.upload('rows', rowIds(chunks, copies, use)),
      hold.slots(perRun + 3 * chunks.length * capacity + 16),
      createPatchify(ctx),
      createUnpatchify(ctx),
      createEmbed(ctx, { activation: 'silu' }),
    ]);
    const runs = new Map<number, GraphRun>();
    for (const [n, graph] of graphs) {
      const kernels = await networkKernels(ctx, hold, graph, weights, slots);
      runs.set(n, await createGraphRun(ctx, hold, graph, lower(graph, kernels)));
    }
    slots.flush();
    if (texts)
      for (const run of runs.values()) {
        const { buffer, offset } = run.inputs.get('context')!;
        const { queue } = ctx.device;
        queue.writeBuffer(buffer, offset, new Float32Array(texts.prompt));
        if (copies === 2) queue.writeBuffer(buffer, offset + texts.prompt.byteLength, new Float32Array(texts.negative));
        const encoder = ctx.device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        run.encodeOnce(pass);
        pass.end();
        ctx.submit(encoder.finish());
      }

    const fixed = slots.mark();
    const shape = { channels, height, width, patch: 1 };
    let plan: { readonly before: readonly Call[]; readonly run: GraphRun; readonly after: Call }[][] = [];
    return {
      passesPerEval: copies,
      prepare(evaluations: readonly Evaluation[]) {
        if (evaluations.length > capacity) throw new PlanTooLongError(evaluations.length, capacity);
        slots.release(fixed);
        const padded = new Float32Array((evaluations.length * stride) / 4);
        plan = evaluations.map(({ sigma, x, out }, k) => {
          const { input, noise, skip, output } = model.scalars(sigma);
          padded.set(embedding.time(noise), (k * stride) / 4);
          return chunks.map(({ first, count }) => {
            const run = runs.get(count)!;
            const tokens = run.inputs.get('sample')!;
            return {
              before: [
                patchify.call(
                  { arena, tokens },
                  { ...shape, samples: count * copies, sources: count, at: x + first * dim, scale: input },
                  slots,
                ),
                embed.call(
                  {
                    ids,
                    table,
                    base: { buffer: times, offset: k * stride, size: stride },
                    y: run.inputs.get('embedding')!,
                  },
                  {
                    rows: count * copies,
                    dim: embedding.width,
                    baseRow: 0,
                    tableRows: use.rows.length,
                    idsAt: first * copies,
                  },
                  slots,
                ),
              ],
              run,
              after: unpatchify.call(
                { arena, tokens: run.outputs.get('out')! },
                {
                  ...shape,
                  samples: count,
                  at: x + first * dim,
                  out: out + first * dim,
                  skip,
                  scale: output,
                  ...(copies === 2 && { guidance }),
                },
                slots,
              ),
            };
          });
        });
        if (padded.length > 0) ctx.device.queue.writeBuffer(times, 0, padded);
        slots.flush();
      },
      encode(pass, k) {
        for (const { before, run, after } of plan[k]!) {
          for (const call of before) encode(pass, call);
          run.encode(pass);
          encode(pass, after);
        }
      },
      destroy: () => hold.destroy(),
    };
  });
}

/** Of each chunk: rows of its samples, then rows without their conditions. */
function rowIds(
  chunks: readonly { readonly first: number; readonly count: number }[],
  copies: number,
  use: GraphUse,
): Uint32Array<ArrayBuffer> {
  const ids = chunks.flatMap(({ first, count }) => {
    const numbers = Array.from({ length: count }, (_, i) => first + i);
    return [...numbers.map(use.row), ...(copies === 2 ? numbers.map(use.nullRow) : [])];
  });
  return Uint32Array.from(ids);
}
