import type { Safetensors } from '../formats/safetensors.ts';
import type { GpuContext } from '../gpu/device.ts';
import { encode, type Call, type Resource } from '../gpu/kernel.ts';
import { createAttention } from '../kernels/attention/attention.ts';
import { createBroadcastAdd } from '../kernels/linear/broadcastAdd.ts';
import { createEmbed } from '../kernels/linear/embed.ts';
import { createLayernorm } from '../kernels/norm/layernorm.ts';
import { createMatmul } from '../kernels/linear/matmul.ts';
import { createPatchify } from '../kernels/diffusion/patchify.ts';
import { createUnpatchify } from '../kernels/diffusion/unpatchify.ts';
import { ditShapes, loadDit, timeEmbeddings, type DitArchitecture } from '../models/networks/dit.ts';
import { takeTensors } from '../models/networks/weights.ts';
import { scalarsAt } from '../models/parameterisation.ts';
import { classIds } from './ditClasses.ts';
import { wholePass, type PassCalls } from './ditCalls.ts';
import { DitParts } from './ditParts.ts';
import { chunksOf, Holdings } from './holdings.ts';
import {
  keepsHalf,
  mostEvaluations,
  PlanTooLongError,
  type Evaluation,
  type GpuDenoiser,
  type GpuDenoiserArchitecture,
  type Place,
} from './types.ts';

export interface DitPlace extends Place {
  /** Class of each sample; `classes` means none. */
  readonly labels: ArrayLike<number>;
  /**
   * D = D_null + w (D_class − D_null). Anything but 1 runs the network twice, as one batch: classes first, then nulls.
   */
  readonly guidance: number;
  /** Samples that pass through the network together; by memory when absent. */
  readonly atOnce?: number;
  /** Read weights as binary16; by device when absent. */
  readonly half?: boolean;
}

/** Activations of a chunk of samples should fit here, so that a long queue of samples does not need a large GPU. */
const activationBytes = { hardware: 64 * 2 ** 20, software: 16 * 2 ** 20 } as const;

const createKernels = async (ctx: GpuContext, weights: 'f16' | 'f32') => {
  const [patchify, unpatchify, embed, spread, norm, linear, gelu, add, gated] = await Promise.all([
    createPatchify(ctx),
    createUnpatchify(ctx),
    createEmbed(ctx, { activation: 'silu' }),
    createBroadcastAdd(ctx),
    createLayernorm(ctx),
    createMatmul(ctx, { weights }),
    createMatmul(ctx, { weights, activation: 'gelu' }),
    createMatmul(ctx, { weights, residual: 'add' }),
    createMatmul(ctx, { weights, residual: 'gated' }),
  ]);
  return { patchify, unpatchify, embed, spread, norm, linear, gelu, add, gated };
};

/**
 * Begins to compile what createDit will need, while the weights are on their way. What fails here fails there again,
 * and is told there.
 */
export function compileDit(ctx: GpuContext, { d, heads }: DitArchitecture): void {
  void Promise.all([
    createKernels(ctx, keepsHalf(ctx.info) ? 'f16' : 'f32'),
    createAttention(ctx, { headDim: d / heads }),
  ]).catch(() => {});
}

/**
 * The diffusion transformer as a denoiser; src/models/networks/dit.ts is the same computation in plain loops. The
 * residual stream is float32. The time embedding of every evaluation is known before the loop and is computed in
 * float64.
 */
export function createDit(
  ctx: GpuContext,
  model: { readonly architecture: DitArchitecture; readonly tensors: Safetensors },
  place: DitPlace,
): Promise<GpuDenoiser> {
  return Holdings.build(ctx, place.owner, async (hold) => {
    const { architecture: a } = model;
    const { d, tokens, depth, heads, hidden, channels, height, width, patch } = a;
    const { arena, samples, guidance } = place;
    const per = patch ** 2 * channels;
    const dim = channels * height * width;
    const copies = guidance === 1 ? 1 : 2;
    const wide = Math.max(3 * d, hidden);
    const bytesPerSample = 4 * copies * (tokens * (per + 2 * d + wide) + 6 * d * (depth + 1) + 3 * d);
    const budget = Math.min(
      activationBytes[ctx.info.isSoftware ? 'software' : 'hardware'],
      ctx.info.limits.maxStorageBufferBindingSize,
    );
    const chunks = chunksOf(samples, place.atOnce ?? Math.floor(budget / bytesPerSample));
    const rows = chunks[0]!.count * copies;

    const tensors = takeTensors(model.tensors, ditShapes(a));
    // A shader reads all linear weights at one width; a file that mixes widths is read at 32 bits.
    const allHalf =
      (place.half ?? keepsHalf(ctx.info)) && [...tensors].every(([name, t]) => !isMatrix(name) || t.dtype === 'F16');
    const [kernels, attention, w] = await Promise.all([
      createKernels(ctx, allHalf ? 'f16' : 'f32'),
      createAttention(ctx, { headDim: d / heads }),
      hold.weights(tensors, (name) => allHalf && isMatrix(name)),
    ]);
    const reference = loadDit(a, model.tensors);
    const tables = new Float32Array(depth * 6 * d);
    reference.blocks.forEach((block, i) => tables.set(block.table, i * 6 * d));
    const ids = classIds(chunks, place.labels, a.classes, copies);

    const timeStride = Math.ceil((d * 4) / 256) * 256;
    const capacity = Math.min(mostEvaluations, Math.floor(32_768 / (2 * chunks.length)));
    const [tokensIn, h, y, broad, condition, shared, last, mods, times, tableBuffer, idBuffer, slots] =
      await Promise.all([
        hold.floats('patches', rows * tokens * per),
        hold.floats('residual stream', rows * tokens * d),
        hold.floats('normed', rows * tokens * d),
        hold.floats('wide', rows * tokens * wide),
        hold.floats('condition', rows * d),
        hold.floats('modulation', rows * 6 * d),
        hold.floats('final modulation', rows * 2 * d),
        hold.floats('block modulation', depth * rows * 6 * d),
        hold.floats('time', (capacity * timeStride) / 4),
        hold.upload('tables', tables),
        hold.upload('labels', ids.all),
        hold.slots(chunks.length * (2 * capacity + a.classes + 3 + copies * (8 + 7 * depth))),
      ]);

    const weight = (name: string) => ({ b: w(`${name}.weight`), bias: w(`${name}.bias`) });
    /** The network between patches and patches, for a chunk of `n` rows of the batch. */
    const network = (n: number): PassCalls => {
      const m = n * tokens;
      const linear = (name: string, from: Resource, to: Resource, out: number, into: number, size = m) =>
        kernels.linear.call({ a: from, c: to, ...weight(name) }, { m: size, n: out, k: into }, slots);
      const norm = (from: GPUBuffer, mod: GPUBuffer, row: number, shiftAt: number, scaleAt: number) =>
        kernels.norm.call(
          { x: from, mod, y },
          { rows: m, dim: d, eps: a.epsilon, mod: { row, rowsPerMod: tokens, shiftAt, scaleAt } },
          slots,
        );
      const gated = (name: string, from: Resource, at: number, into: number) =>
        kernels.gated.call(
          { a: from, c: h, gate: mods, ...weight(name) },
          { m, n: d, k: into, gate: { at, row: 6 * d, rowsPerGate: tokens } },
          slots,
        );
      const block = (i: number) => {
        const at = i * n * 6 * d;
        return {
          before: [norm(h, mods, 6 * d, at, at + d), linear(`blocks.${i}.qkv`, y, broad, 3 * d, d)],
          attention: attention.call({ qkv: broad, y }, { batch: n, tokens, heads }, slots),
          after: [
            gated(`blocks.${i}.proj`, y, at + 2 * d, d),
            norm(h, mods, 6 * d, at + 3 * d, at + 4 * d),
            kernels.gelu.call({ a: y, c: broad, ...weight(`blocks.${i}.fc1`) }, { m, n: hidden, k: d }, slots),
            gated(`blocks.${i}.fc2`, broad, at + 5 * d, hidden),
          ],
        };
      };
      return {
        start: [
          linear('mod', condition, shared, 6 * d, d, n),
          linear('final.mod', condition, last, 2 * d, d, n),
          kernels.spread.call(
            { a: shared, b: tableBuffer, y: mods },
            { outer: depth, inner: n, dim: 6 * d, a: [0, 6 * d], b: [6 * d, 0] },
            slots,
          ),
          kernels.spread.call(
            { a: w('pos'), b: w('embed.bias'), y: h },
            { outer: n, inner: tokens, dim: d, a: [0, d], b: [0, 0] },
            slots,
          ),
          kernels.add.call({ a: tokensIn, b: w('embed.weight'), c: h }, { m, n: d, k: per }, slots),
        ],
        blocks: Array.from({ length: depth }, (_, i) => block(i)),
        end: [norm(h, last, 2 * d, 0, d), linear('out', y, tokensIn, per, d)],
      };
    };
    const parts = chunks.map(({ first, count }) => {
      const calls = new Map([...new Set([1, copies])].map((n) => [n, network(count * n)] as const));
      const whole = new Map([...calls].map(([n, pass]) => [n, wholePass(pass)]));
      const conditionOf = (k: number, rows: number, idsAt: number, reuse?: number) =>
        kernels.embed.call(
          {
            ids: idBuffer,
            table: w('label.weight'),
            base: { buffer: times, offset: k * timeStride, size: timeStride },
            y: condition,
          },
          { rows, dim: d, baseRow: 0, tableRows: a.classes + 1, idsAt },
          slots,
          reuse,
        );
      return { first, count, condition: conditionOf, calls, whole };
    });
    const fixed = slots.mark();
    const shape = { channels, height, width, patch };
    const sizes = { depth, tokens, across: width / patch, d, heads, per, samples, copies };
    let partial: DitParts | null = null;
    let plan: { readonly before: readonly Call[]; readonly calls: readonly Call[]; readonly after: Call }[][] = [];

    return {
      passesPerEval: copies,
      async reserve(asked, heads) {
        partial ??= await DitParts.create(ctx, place.owner, sizes);
        await partial.reserve(asked, heads, chunks.length);
      },
      prepare(evaluations: readonly Evaluation[]) {
        if (evaluations.length > capacity) throw new PlanTooLongError(evaluations.length, capacity);
        slots.release(fixed);
        if (!partial && evaluations.some(({ part }) => part)) throw new Error('Parts of a pass were not reserved.');
        partial?.begin();
        const scalars = evaluations.map(({ sigma }) => scalarsAt(a.parameterisation, sigma));
        const embedded = timeEmbeddings(
          reference,
          scalars.map(({ noise }) => noise),
        );
        const padded = new Float32Array((evaluations.length * timeStride) / 4);
        evaluations.forEach((_, k) => padded.set(embedded.subarray(k * d, (k + 1) * d), (k * timeStride) / 4));
        if (padded.length > 0) ctx.device.queue.writeBuffer(times, 0, padded);
        // The arguments of a condition are those of its classes: one slot serves all levels.
        const conditions = new Map<string, number>();
        plan = evaluations.map(({ x, out, ...asked }, k) =>
          parts.map(({ first, count, condition: conditionOf, calls, whole }, chunk) => {
            const { input, skip, output } = scalars[k]!;
            const n = (asked.role ?? 'main') === 'main' ? copies : 1;
            const rows = count * n;
            const idsAt = ids.at(asked, first);
            const key = `${rows} ${idsAt}`;
            const condition = conditionOf(k, rows, idsAt, conditions.get(key));
            conditions.set(key, condition.offset);
            return {
              before: [
                kernels.patchify.call(
                  { arena, tokens: tokensIn },
                  { ...shape, samples: rows, sources: count, at: x + first * dim, scale: input },
                  slots,
                ),
                condition,
              ],
              calls: asked.part
                ? partial!.calls(
                    asked,
                    { first, count, copies: n },
                    calls.get(n)!,
                    { h, patches: tokensIn, qkv: broad, y },
                    chunk === parts.length - 1,
                  )
                : whole.get(n)!,
              after: kernels.unpatchify.call(
                { arena, tokens: tokensIn },
                {
                  ...shape,
                  samples: count,
                  at: x + first * dim,
                  out: out + first * dim,
                  skip,
                  scale: output,
                  ...(n === 2 && { guidance }),
                },
                slots,
              ),
            };
          }),
        );
        slots.flush();
        partial?.flush();
      },
      encode(pass, k) {
        for (const { before, calls, after } of plan[k]!) {
          for (const call of before) encode(pass, call);
          for (const call of calls) encode(pass, call);
          encode(pass, after);
        }
      },
      destroy() {
        partial?.destroy();
        hold.destroy();
      },
    };
  });
}

/** The tensors that matmul reads. */
const isMatrix = (name: string) => name.endsWith('.weight') && name !== 'label.weight';

export const dit: GpuDenoiserArchitecture<DitArchitecture> = {
  role: 'denoiser',
  compile: compileDit,
  create: (ctx, model, place, { labels, guidance }) => createDit(ctx, model, { ...place, labels, guidance }),
};
