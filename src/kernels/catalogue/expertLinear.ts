/** Products of a mixture of experts: every slot (a token and one of its choices) with its own expert's part of W. */
import { linearAt } from '../../math/reference/linear.ts';
import { groupExperts } from '../../math/reference/experts.ts';
import { columnsMultiple, weightBytes, type WeightFormat, weightFormats } from '../../core/weightFormat.ts';
import { createExpertMatmul, createExpertMatvec } from '../experts/expertLinear.ts';
import { EXPERT_TILE, expertTiles } from '../experts/groupExperts.ts';
import type { RowDotsVersion } from '../linear/rowDots.ts';
import { bits, signal } from './inputs.ts';
import { assemble, at, checkReference, checkShape, type Harness, onlyVersion, upTo, variants } from './harness.ts';
import { bytesOf, formatTitle, linearTolerance, matrix } from './packedLinear.ts';
import { rowDotsLoads, rowDotsVersions } from './rowDots.ts';
import type { Dim, Family, Shape } from './types.ts';

/** `even`: 0 sends all slots to the last expert, 1 spreads them over all but the first, which nobody chooses. */
const of = (slots: number, experts: number, n: number, k: number, sharing = 1, even = 1): Shape => ({
  slots,
  experts,
  n,
  k,
  sharing,
  even,
});
const dimsOf = (format: WeightFormat, most: number): readonly Dim[] => [
  { name: 'slots', label: 'slots: tokens times choices', min: 1, max: most },
  { name: 'experts', label: 'experts', min: 1, max: 512 },
  { name: 'n', label: 'outputs of an expert', min: 1, max: 32_768 },
  { name: 'k', label: 'inputs', min: columnsMultiple(format), max: 32_768, multiple: columnsMultiple(format) },
  { name: 'sharing', label: 'slots that share a row of x', min: 1, max: 16 },
  { name: 'even', label: 'all to one expert: 0, spread: 1', min: 0, max: 1 },
];

/** The expert of each slot. */
const choices = ({ slots, experts, even }: Shape): Uint32Array<ArrayBuffer> =>
  bits(slots!, 17).map((word) =>
    even === 0 ? experts! - 1 : Math.min(experts! - 1, 1 + (word % Math.max(1, experts! - 1))),
  );

function work(format: WeightFormat, shape: Shape) {
  const [slots, n, k, sharing] = [shape.slots!, shape.n!, shape.k!, shape.sharing!];
  const { data, scales } = weightBytes(format, n, k);
  const read = new Set(choices(shape)).size;
  return { flops: 2 * slots * n * k, bytes: read * (data + scales) + 4 * ((slots / sharing) * k + slots * n) };
}
const prepared = async (harness: Harness, id: string, dims: readonly Dim[], format: WeightFormat, shape: Shape) => {
  checkShape(id, dims, shape);
  checkReference(id, work(format, shape).flops);
  const [slots, experts, n, k, sharing] = [shape.slots!, shape.experts!, shape.n!, shape.k!, shape.sharing!];
  if (slots % sharing !== 0) throw new RangeError(`${id}: ${slots} slots do not share rows of x by ${sharing}`);
  const chosen = choices(shape);
  const w = await matrix(harness, format, experts * n, k, 3);
  const data = signal((slots / sharing) * k, 2);
  const y = await harness.output('y', slots * n);
  const known = new Map<number, Float64Array>();
  const row = (r: number) => {
    if (!known.has(r)) known.set(r, w.row(r));
    return known.get(r)!;
  };
  return {
    w,
    chosen,
    args: { slots, experts, sharing },
    x: await harness.input('x', data),
    y,
    output: {
      name: 'y',
      buffer: y,
      at: 0,
      count: slots * n,
      type: 'f32' as const,
      tolerance: linearTolerance(k),
      expected: () =>
        at(upTo(slots * n), (i) => {
          const slot = Math.floor(i / n);
          const from = data.subarray(Math.floor(slot / sharing) * k);
          const dims = { m: 1, n: 1, k, b: 'nk', activation: 'none' } as const;
          return linearAt(from, row(chosen[slot]! * n + (i % n)), dims, 0, 0);
        }),
    },
  };
};

function few(format: WeightFormat): Family {
  const id = `expert_matvec_${format}`;
  const dims = dimsOf(format, 128);
  return {
    id,
    group: 'linear',
    tunes: 'row_dots',
    dims,
    title: `Chosen experts times vectors, ${formatTitle[format]}`,
    summary:
      'y = W of the chosen expert times x for each token and choice: a mixture of experts while it writes token by token. Only the chosen experts’ weights are read.',
    versions: rowDotsVersions,
    shapes: [
      { label: '1 token, 8 of 16 experts of 512×1024', shape: of(8, 16, 512, 1024, 8) },
      { label: '4 tokens, 2 of 8 experts of 1024×512', shape: of(8, 8, 1024, 512, 2) },
      { label: '8 tokens, all to one expert', shape: of(8, 8, 1024, 512, 1, 0) },
    ],
    edges: variants(
      of(1, 1, 1, 32),
      {},
      { slots: 6, experts: 5, n: 33, k: 64, sharing: 2 },
      { slots: 9, experts: 3, n: 31, k: 96, sharing: 3 },
      { slots: 4, experts: 2, n: 68, k: 288, even: 0 },
    ),
    work: (shape) => work(format, shape),
    moves: (version, { slots, n, k }) =>
      rowDotsLoads(version, format, slots! * 8 * Math.ceil(n! / 32), 1, k!) + 8 * slots! * n!,
    prepare: (ctx, slots, version, shape) =>
      assemble(ctx, slots, async (harness) => {
        const { w, chosen, args, x, y, output } = await prepared(harness, id, dims, format, shape);
        const kernel = await createExpertMatvec(ctx, { format, version: version as RowDotsVersion });
        const list = await harness.input('chosen', chosen);
        return { record: () => kernel.calls({ x, chosen: list, y }, w, args, slots), outputs: [output] };
      }),
  };
}

function many(format: WeightFormat): Family {
  const id = `expert_matmul_${format}`;
  const dims = dimsOf(format, 4096);
  return {
    id,
    group: 'linear',
    dims,
    title: `Grouped product of experts, ${formatTitle[format]}`,
    summary:
      'y = W of each token’s experts times x, tokens grouped by expert: a mixture of experts while it reads a prompt. No token is dropped, and experts that nobody chose are not read.',
    versions: onlyVersion('8 slots of one expert × 8 outputs an invocation'),
    shapes: [
      { label: '32 tokens, 4 of 16 experts of 256×512', shape: of(128, 16, 256, 512, 4) },
      { label: '64 tokens, 2 of 8 experts of 512×256', shape: of(128, 8, 512, 256, 2) },
      { label: '128 tokens, all to one expert', shape: of(128, 8, 512, 256, 1, 0) },
    ],
    edges: variants(
      of(1, 1, 1, 32),
      {},
      { slots: 18, experts: 5, n: 9, k: 64, sharing: 2 },
      { slots: 33, experts: 2, n: 16, k: 96, sharing: 3 },
      { slots: 16, experts: 3, n: 7, k: 288, even: 0 },
      { slots: 300, experts: 70, n: 8 },
    ),
    work: (shape) => work(format, shape),
    // Eight weight rows and eight rows of x for each tile, its line of the table, and a slot's number for each row.
    moves(_, shape) {
      const [n, k] = [shape.n!, shape.k!];
      const own = groupExperts(choices(shape), shape.experts!, EXPERT_TILE).tiles.length;
      const scales = format === 'int4' ? k / 2 : Number(format === 'int8') * 4;
      return (
        Math.ceil(n / 8) *
          (own * 8 * (bytesOf(format, k) + scales + 4 * k + 4) + 16 * expertTiles(shape.slots!, shape.experts!)) +
        4 * shape.slots! * n
      );
    },
    prepare: (ctx, slots, _, shape) =>
      assemble(ctx, slots, async (harness) => {
        const { w, chosen, args, x, y, output } = await prepared(harness, id, dims, format, shape);
        const kernel = await createExpertMatmul(ctx, { format });
        const grouped = groupExperts(chosen, args.experts, EXPERT_TILE);
        const table = new Uint32Array(4 * expertTiles(args.slots, args.experts));
        table.set(grouped.tiles.flat());
        const order = await harness.input('order', grouped.order);
        const tiles = await harness.input('tiles', table);
        return { record: () => kernel.calls({ x, order, tiles, y }, w, args, slots), outputs: [output] };
      }),
  };
}

/** expert_matvec_* and expert_matmul_* in f32, f16, int8 and int4. */
export const expertLinear: readonly Family[] = [...weightFormats.map(few), ...weightFormats.map(many)];
