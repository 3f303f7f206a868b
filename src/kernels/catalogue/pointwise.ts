// Kernels of published networks that work number by number: activations, GEGLU and sums.
import {
  addRows as addRowsReference,
  gatedAdd as gatedAddReference,
  geglu as gegluReference,
  pointwise as reference,
} from '../../math/reference/pointwise.ts';
import { createActivate, pointwise } from '../pointwise/activate.ts';
import { createAddRows } from '../pointwise/addRows.ts';
import { createGatedAdd } from '../pointwise/gatedAdd.ts';
import { createGeglu } from '../pointwise/geglu.ts';
import { signal } from './inputs.ts';
import { assemble, checkShape, onlyVersion, whole } from './harness.ts';
import type { Dim, Family, Output, Shape } from './types.ts';

const ROWS: Dim = { name: 'rows', label: 'rows', min: 1, max: 65_536 };
const WIDTH: Dim = { name: 'width', label: 'columns', min: 1, max: 65_536 };
const f32 = (
  name: string,
  buffer: GPUBuffer,
  count: number,
  tolerance: number,
  values: () => Float64Array,
): Output => ({
  name,
  buffer,
  at: 0,
  count,
  type: 'f32',
  tolerance,
  expected: () => whole(values()),
});
const versions = onlyVersion('four numbers an invocation, or one where they do not divide');

const activateDims: readonly Dim[] = [
  { name: 'count', label: 'numbers', min: 1, max: 16_777_216 },
  {
    name: 'activation',
    label: pointwise.map((name, i) => `${i}: ${name}`).join(', '),
    min: 0,
    max: pointwise.length - 1,
  },
];
const activated = (count: number, name: (typeof pointwise)[number]): Shape => ({
  count,
  activation: pointwise.indexOf(name),
});
const MOST = 3;

const activate: Family = {
  id: 'activate',
  group: 'linear',
  dims: activateDims,
  title: 'Activation in place',
  summary:
    'SiLU, ReLU, GELU in its tanh and its exact form, quick GELU, or a soft clamp c·tanh(x/c). In CLIP, DiT and the small autoencoder.',
  versions,
  shapes: [
    { label: 'CLIP-L, 77 tokens, quick GELU', shape: activated(77 * 3072, 'quick_gelu') },
    { label: 'DiT-XL/2 at 256², GELU', shape: activated(256 * 4608, 'gelu') },
    { label: 'exact GELU, 1,048,576', shape: activated(1_048_576, 'gelu_erf') },
  ],
  edges: [
    activated(1, 'silu'),
    activated(255, 'relu'),
    activated(256, 'gelu'),
    activated(1001, 'gelu_erf'),
    activated(1000, 'quick_gelu'),
    activated(77, 'clamp'),
    activated(260, 'clamp'),
    activated(77, 'scale'),
    activated(260, 'scale'),
  ],
  work: ({ count }) => ({ flops: 5 * count!, bytes: 8 * count! }), // about exp, add, divide, two multiplications
  moves: (_, { count }) => 8 * count!,
  prepare(ctx, slots, _, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('activate', activateDims, shape);
      const count = shape.count!;
      const activation = pointwise[shape.activation!]!;
      const kernel = await createActivate(ctx, { activation });
      const data = signal(count, 12, 8);
      const x = await harness.inout('x', data);
      const args = { count, ...((activation === 'clamp' || activation === 'scale') && { most: MOST }) };
      return {
        record: () => [kernel.call({ x }, args, slots)],
        // Of values up to 8; exp is good to 3 + 2·|v| ulp.
        outputs: [f32('x', x, count, 8 * 3e-7, () => Float64Array.from(data, (v) => reference[activation]!(v, MOST)))],
      };
    });
  },
};

const rowDims: readonly Dim[] = [ROWS, WIDTH];
const rows = (count: number, width: number): Shape => ({ rows: count, width });

const geglu: Family = {
  id: 'geglu',
  group: 'linear',
  dims: rowDims,
  title: 'GEGLU’s product',
  summary:
    'The first half of a row times the exact GELU of the second. In every transformer block of Stable Diffusion’s U-Nets.',
  versions,
  shapes: [
    { label: 'SD 1.5 at 256², 32²', shape: rows(1024, 1280) },
    { label: 'SD 1.5 at 256², 16²', shape: rows(256, 2560) },
    { label: 'SD 1.5 at 256², 8²', shape: rows(64, 5120) },
  ],
  edges: [rows(1, 1), rows(1, 4), rows(3, 63), rows(2, 256), rows(65, 12), rows(5, 1030)],
  work: ({ rows: r, width }) => ({ flops: 25 * r! * width!, bytes: 12 * r! * width! }), // two polynomials, exp and a division
  moves: (_, { rows: r, width }) => 12 * r! * width!,
  prepare(ctx, slots, _, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('geglu', rowDims, shape);
      const args = { rows: shape.rows!, width: shape.width! };
      const count = args.rows * args.width;
      const kernel = await createGeglu(ctx);
      const data = signal(2 * count, 12, 8);
      const x = await harness.input('x', data);
      const y = await harness.output('y', count);
      return {
        record: () => [kernel.call({ x, y }, args, slots)],
        outputs: [f32('y', y, count, 64 * 3e-7, () => gegluReference(data, args.rows, args.width))], // products up to 64
      };
    });
  },
};

const gateDims: readonly Dim[] = [
  ROWS,
  WIDTH,
  { name: 'rowsPerGate', label: 'rows of one gate; 0: none', min: 0, max: 65_536 },
];
const gated = (count: number, width: number, rowsPerGate: number): Shape => ({ rows: count, width, rowsPerGate });

const gatedAdd: Family = {
  id: 'gated_add',
  group: 'linear',
  dims: gateDims,
  title: 'Gated sum',
  summary: 'A residual and the output of a block, times the sample’s gate (adaLN-zero). In DiT.',
  versions,
  shapes: [
    { label: 'DiT-XL/2 at 256², two samples', shape: gated(512, 1152, 256) },
    { label: '1024×1280, no gate', shape: gated(1024, 1280, 0) },
  ],
  edges: [gated(1, 1, 0), gated(1, 4, 1), gated(15, 63, 4), gated(16, 64, 8), gated(33, 72, 7)],
  work: ({ rows: r, width, rowsPerGate }) => ({
    flops: (rowsPerGate! > 0 ? 2 : 1) * r! * width!,
    bytes: 12 * r! * width! + (rowsPerGate! > 0 ? 4 * width! * Math.ceil(r! / rowsPerGate!) : 0),
  }),
  moves: (_, { rows: r, width, rowsPerGate }) => (rowsPerGate! > 0 ? 16 : 12) * r! * width!,
  prepare(ctx, slots, _, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('gated_add', gateDims, shape);
      const args = { rows: shape.rows!, width: shape.width! };
      const rowsPerGate = shape.rowsPerGate!;
      const count = args.rows * args.width;
      const place = { at: 2 * args.width, row: 6 * args.width, rowsPerGate };
      const kernel = await createGatedAdd(ctx);
      const [before, block] = [signal(count, 1), signal(count, 2)];
      const gates = signal(rowsPerGate > 0 ? Math.ceil(args.rows / rowsPerGate) * place.row : 4, 3);
      const residual = await harness.input('residual', before);
      const y = await harness.input('y', block);
      const gate = await harness.input('gate', gates);
      const out = await harness.output('out', count);
      return {
        record: () => [
          rowsPerGate > 0
            ? kernel.call({ residual, y, gate, out }, { ...args, gate: place }, slots)
            : kernel.call({ residual, y, out }, args, slots),
        ],
        outputs: [
          f32('out', out, count, 2e-7, () =>
            gatedAddReference(before, block, args.width, rowsPerGate > 0 ? { of: gates, ...place } : undefined),
          ),
        ],
      };
    });
  },
};

const tableDims: readonly Dim[] = [ROWS, WIDTH, { name: 'tableRows', label: 'rows of the table', min: 1, max: 65_536 }];
const tabled = (count: number, width: number, tableRows: number): Shape => ({ rows: count, width, tableRows });

const addRows: Family = {
  id: 'add_rows',
  group: 'linear',
  dims: tableDims,
  title: 'Positions in place',
  summary: 'A table’s rows onto the tokens of every sample, in place. In DiT and CLIP.',
  versions,
  shapes: [
    { label: 'DiT-XL/2 at 256², two samples', shape: tabled(512, 1152, 256) },
    { label: 'CLIP-L, two prompts', shape: tabled(154, 768, 77) },
  ],
  edges: [tabled(1, 1, 1), tabled(10, 3, 4), tabled(16, 64, 8), tabled(33, 20, 11), tabled(9, 63, 3)],
  work: ({ rows: r, width, tableRows }) => ({
    flops: r! * width!,
    bytes: 8 * r! * width! + 4 * width! * Math.min(r!, tableRows!),
  }),
  moves: (_, { rows: r, width }) => 12 * r! * width!,
  prepare(ctx, slots, _, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('add_rows', tableDims, shape);
      const args = { rows: shape.rows!, width: shape.width!, tableRows: shape.tableRows! };
      const count = args.rows * args.width;
      const kernel = await createAddRows(ctx);
      const data = signal(count, 1);
      const positions = signal(args.tableRows * args.width, 2);
      const table = await harness.input('table', positions);
      const x = await harness.inout('x', data);
      return {
        record: () => [kernel.call({ table, x }, args, slots)],
        outputs: [f32('x', x, count, 2e-7, () => addRowsReference(data, positions, args.width, args.tableRows))],
      };
    });
  },
};

export const pointwiseFamilies: readonly Family[] = [activate, geglu, gatedAdd, addRows];
