import type { WeightFormat } from '../../core/weightFormat.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { encode } from '../../gpu/kernel.ts';
import { createEmbed } from '../../kernels/linear/embed.ts';
import { createGuidanceRescale } from '../../kernels/diffusion/guidanceRescale.ts';
import { createPatchify } from '../../kernels/diffusion/patchify.ts';
import { createUnpatchify } from '../../kernels/diffusion/unpatchify.ts';
import { createNonfinite } from '../../kernels/reduce/nonfinite.ts';
import { readBuffer } from '../../gpu/readback.ts';
import { sizeOf } from '../../models/graph/types.ts';
import type { GraphModel, GraphRows, GraphTexts, GraphUse } from '../../models/diffusers/types.ts';
import { chunksOf, Holdings } from '../holdings.ts';
import type { TransformerWeights } from '../transformerWeights.ts';
import { mostEvaluations, PlanTooLongError } from '../types.ts';
import type { GraphDenoiser, GraphPlace, GuidedEvaluation } from './denoiserTypes.ts';
import { diagnose } from './diagnose.ts';
import {
  assertFinite,
  conditionTable,
  copiesOf,
  createPasses,
  rowNumbers,
  writeTexts,
  type Chunk,
  type Part,
} from './passes.ts';
import { graphWeights } from './weightList.ts';
import { loadGraphWeights, type StoredTensors } from './weights.ts';

export { NonfiniteError } from './denoiserTypes.ts';
export type { Copies, GraphDenoiser, GraphPlace, GuidedEvaluation, Nonfinite } from './denoiserTypes.ts';

/** The weights of a network, for any number of denoisers of any size. Whoever loads them destroys them, after those. */
export const loadDenoiserWeights = (
  ctx: GpuContext,
  model: GraphModel,
  stored: StoredTensors,
  { format, owner }: { readonly format: WeightFormat; readonly owner: string },
): Promise<TransformerWeights> => loadGraphWeights(ctx, graphWeights(model.graph(1, 1)), stored, format, owner);

/** Argument slots of plans: 16 MiB of them. */
const MOST_SLOTS = 65_536;

interface Piece {
  readonly part: Part;
  readonly from: number;
  readonly to: number;
}

/**
 * A network of operations as a denoiser. Activations are float32; the time embedding of every evaluation is known before
 * the loop and is computed in float64.
 */
export function createGraphDenoiser(
  ctx: GpuContext,
  model: GraphModel,
  weights: TransformerWeights,
  use: GraphUse,
  place: GraphPlace,
): Promise<GraphDenoiser> {
  return Holdings.build(ctx, place.owner, async (hold) => {
    const { arena, samples } = place;
    const { channels, height, width, patch = 1, embedding } = model;
    const dim = channels * height * width;
    const chunks = chunksOf(samples, place.atOnce ?? 1);
    const copies = copiesOf(model, place.copies);
    const perEvaluation = (3 + (copies.includes(2) ? 1 : 0) + (place.watch ? 1 : 0)) * chunks.length;
    const fits = Math.min(mostEvaluations, Math.floor(MOST_SLOTS / perEvaluation));
    const capacity = Math.min(fits, place.evaluations ?? fits);
    const stride = Math.ceil((embedding.width * 4) / 256) * 256;
    const counts = chunks.map(({ count }) => count);
    const names = use.sides?.map(({ name }) => name) ?? [];
    const tableRows = (2 + names.length) * samples;
    /** Networks without text run alike whatever side is asked. */
    const textOf = (text: keyof GraphTexts): keyof GraphTexts => (use.texts ? text : 'prompt');
    const asked = place.alone?.map(textOf);
    const passes = await createPasses(ctx, hold, model, weights, counts, copies, asked);
    const [times, table, ids, factors, slots, patchify, unpatchify, embed, rescaling, counting] = await Promise.all([
      hold.floats('times', (capacity * stride) / 4),
      hold.floats('conditions', tableRows * embedding.width),
      hold.upload('rows', rowNumbers(samples, chunks, names.length)),
      hold.floats('factors', Math.max(...counts)),
      hold.slots(capacity * perEvaluation),
      createPatchify(ctx),
      createUnpatchify(ctx),
      createEmbed(ctx, { activation: 'silu' }),
      createGuidanceRescale(ctx),
      createNonfinite(ctx),
    ]);
    const nonfinite = place.watch ? await hold.floats('values that are not finite', capacity) : null;
    const setRows = (rows: GraphRows) => {
      if ((rows.sides?.map(({ name }) => name) ?? []).join() !== names.join())
        throw new RangeError(`this denoiser was built for the sides ${names.join() || '(none)'}`);
      ctx.device.queue.writeBuffer(table, 0, conditionTable(rows, samples, embedding.width));
    };
    setRows(use);
    writeTexts(ctx, passes, use.texts);

    /** The passes that an evaluation takes. */
    const passesFor = ({ guidance = 1, side }: GuidedEvaluation): 1 | 2 => {
      if (side !== undefined) return 1;
      const wanted = guidance === 1 || embedding.distilled ? 1 : 2;
      if (!copies.includes(wanted))
        throw new RangeError(
          `guidance ${guidance} takes ${wanted === 1 ? 'one pass' : 'two passes'}, for which this denoiser was not built`,
        );
      return wanted;
    };
    /** The place of a side among those that a network answers in one pass. */
    const sideOf = ({ side }: GuidedEvaluation): number => {
      if (side === undefined) return -1;
      const i = names.indexOf(side);
      if (i < 0 || embedding.distilled || !passes.of(1, counts[0]!, textOf(use.sides![i]!.text)))
        throw new RangeError(`side ${side} is asked alone, for which this denoiser was not built`);
      return i;
    };
    const shape = { channels, height, width, patch };
    const partOf = (evaluation: GuidedEvaluation, k: number, n: 1 | 2, { first, count }: Chunk): Part => {
      const { sigma, x, out, guidance = 1, rescale = 0, amend } = evaluation;
      const side = sideOf(evaluation);
      const pass = passes.of(n, count, side < 0 ? 'prompt' : textOf(use.sides![side]!.text))!;
      const alone = side < 0 ? first : (3 + side) * samples + first;
      const { inputs, outputs } = pass.run;
      const { input, skip, output } = model.scalars(sigma);
      const tokens = inputs.get('sample')!;
      const given = outputs.get('out')!;
      const result = pass.graph.outputs.get('out')!;
      const rescaled = n === 2 && rescale !== 0;
      const read = { ...shape, samples: count, pixel: sizeOf(result) / (count * n * height * width) };
      const at = x + first * dim;
      return {
        pass,
        before: [
          patchify.call({ arena, tokens }, { ...shape, samples: count * n, sources: count, at, scale: input }, slots),
          embed.call(
            { ids, table, base: { buffer: times, offset: k * stride, size: stride }, y: inputs.get('embedding')! },
            {
              rows: count * n,
              dim: embedding.width,
              baseRow: 0,
              tableRows,
              idsAt: n === 1 ? alone : samples + 2 * first,
            },
            slots,
          ),
        ],
        after: [
          ...(nonfinite
            ? [counting.call({ x: given, counts: nonfinite }, { count: sizeOf(result), slot: k }, slots)]
            : []),
          ...(rescaled
            ? [rescaling.call({ tokens: given, factors }, { ...read, weight: guidance, rescale }, slots)]
            : []),
          unpatchify.call(
            { arena, tokens: given, ...(rescaled && { factors }) },
            {
              ...read,
              at,
              out: out + first * dim,
              skip,
              scale: output,
              ...(n === 2 && { guidance }),
              ...(amend && { amend }),
            },
            slots,
          ),
        ],
      };
    };

    let plan: readonly { readonly copies: 1 | 2; readonly parts: readonly Part[] }[] = [];
    const perSample = passes.all[0]!.work / passes.all[0]!.copies / counts[0]!;
    let most = Infinity;
    /** Found once: a loop that records must not allocate. */
    const cuts = new Map<number, readonly Piece[]>();
    const piecesOf = (k: number): readonly Piece[] => {
      const known = cuts.get(k);
      if (known) return known;
      const pieces = plan[k]!.parts.flatMap((part) => {
        const ends = part.pass.ends(most);
        return ends.map((to, i) => ({ part, from: ends[i - 1] ?? 0, to }));
      });
      cuts.set(k, pieces);
      return pieces;
    };
    const record = (pass: GPUComputePassEncoder, { part, from, to }: Piece) => {
      const { calls } = part.pass.run;
      if (from === 0) for (const call of part.before) encode(pass, call);
      for (let i = from; i < to; i++) encode(pass, calls[i]!);
      if (to === calls.length) for (const call of part.after) encode(pass, call);
    };
    return {
      passesPerEval: Math.max(...copies),
      activationBytes: passes.activationBytes,
      setRows,
      setTexts(texts) {
        writeTexts(ctx, passes, texts);
      },
      prepare(evaluations) {
        if (evaluations.length > capacity) throw new PlanTooLongError(evaluations.length, capacity);
        const copiesOfEach = evaluations.map(passesFor);
        slots.release(0);
        cuts.clear();
        const padded = new Float32Array((evaluations.length * stride) / 4);
        plan = evaluations.map((evaluation, k) => {
          const noise = evaluation.time ?? model.scalars(evaluation.sigma).noise;
          padded.set(embedding.time(noise, evaluation.guidance), (k * stride) / 4);
          const n = copiesOfEach[k]!;
          return { copies: n, parts: chunks.map((chunk) => partOf(evaluation, k, n, chunk)) };
        });
        assertFinite('the time embeddings', [padded]);
        const { queue } = ctx.device;
        if (padded.length > 0) queue.writeBuffer(times, 0, padded);
        if (nonfinite && plan.length > 0) queue.writeBuffer(nonfinite, 0, new Uint32Array(plan.length));
        slots.flush();
      },
      nonfinite,
      async readNonfinite() {
        if (!nonfinite || plan.length === 0) return new Uint32Array(plan.length);
        return new Uint32Array(await readBuffer(ctx, nonfinite, 0, 4 * plan.length));
      },
      diagnose: (k) => diagnose(ctx, place.owner, plan[k]!.parts),
      passesOf: (k) => plan[k]!.copies,
      cut(count) {
        most = (perSample * samples) / count;
        cuts.clear();
      },
      pieces: (k) => piecesOf(k).length,
      encodePiece(pass, k, i) {
        record(pass, piecesOf(k)[i]!);
      },
      encode(pass, k) {
        for (const piece of piecesOf(k)) record(pass, piece);
      },
      destroy: () => hold.destroy(),
    };
  });
}
