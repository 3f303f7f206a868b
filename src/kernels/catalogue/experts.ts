/** Routing of a mixture of experts: who goes where, in which order, and what comes back. */
import { combineExperts, groupExperts, routeExperts } from '../../math/reference/experts.ts';
import { createCombineExperts } from '../experts/combineExperts.ts';
import { createGroupExperts, EXPERT_TILE, expertTiles } from '../experts/groupExperts.ts';
import { createRouteExperts } from '../experts/routeExperts.ts';
import { bits, signal } from './inputs.ts';
import { assemble, checkShape, onlyVersion, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const switchDim = (name: string, label: string): Dim => ({ name, label, min: 0, max: 1 });

const routeDims: readonly Dim[] = [
  { name: 'rows', label: 'tokens', min: 1, max: 4096 },
  { name: 'experts', label: 'experts', min: 1, max: 512 },
  { name: 'used', label: 'experts of a token', min: 1, max: 32 },
  switchDim('normalised', 'softmax among the chosen: 1, among all: 0'),
];
const route = (rows: number, experts: number, used: number, normalised: 0 | 1): Shape => ({
  rows,
  experts,
  used,
  normalised,
});

const routing: Family = {
  id: 'route_experts',
  group: 'sampling',
  dims: routeDims,
  title: 'Routing of a mixture of experts',
  summary:
    'The k largest of a token’s router logits, of equal ones the first, and their softmax: which experts it goes to, and with which weights.',
  versions: onlyVersion('a workgroup a token, the largest by a tree, k times'),
  shapes: [
    { label: '256 tokens, 8 of 128', shape: route(256, 128, 8, 1) },
    { label: '256 tokens, 8 of 64, not normalised', shape: route(256, 64, 8, 0) },
    { label: '1 token, 2 of 8', shape: route(1, 8, 2, 1) },
  ],
  edges: [
    route(1, 1, 1, 1),
    route(5, 4, 4, 0),
    route(9, 63, 6, 1),
    route(9, 64, 6, 0),
    route(4, 65, 3, 1),
    route(3, 512, 32, 0),
  ],
  work: ({ rows, experts, used }) => ({
    flops: rows! * (experts! * used! + 3 * experts!),
    bytes: 4 * rows! * experts! + 8 * rows! * used!,
  }),
  // Logits twice at most, and each winner's again by every lane; weights written twice.
  moves: (_, { rows, experts, used }) => 4 * rows! * (2 * experts! + 64 * used! + 4 * used!),
  prepare: (ctx, slots, _, shape) =>
    assemble(ctx, slots, async (harness) => {
      checkShape('route_experts', routeDims, shape);
      const [rows, experts, used, normalised] = [shape.rows!, shape.experts!, shape.used!, shape.normalised === 1];
      const kernel = await createRouteExperts(ctx, { normalised });
      // Every third token's logits are whole numbers, so that there are ties, zeros of both signs among them.
      const data = signal(rows * experts, 7, 4).map((v, i) => (Math.floor(i / experts) % 3 === 2 ? Math.round(v) : v));
      const logits = await harness.input('logits', data);
      const chosen = await harness.output('chosen', rows * used);
      const weights = await harness.output('weights', rows * used);
      const known = () => routeExperts(data, experts, used, normalised);
      return {
        record: () => [kernel.call({ logits, chosen, weights }, { rows, experts, used }, slots)],
        outputs: [
          {
            name: 'chosen',
            buffer: chosen,
            at: 0,
            count: rows * used,
            type: 'u32',
            tolerance: 0,
            expected: () => whole(Float64Array.from(known().chosen)),
          },
          {
            name: 'weights',
            buffer: weights,
            at: 0,
            count: rows * used,
            type: 'f32',
            tolerance: 2e-6, // exponentials down to e⁻⁸, in a sum of up to 512
            expected: () => whole(known().weights),
          },
        ],
      };
    }),
};

const groupDims: readonly Dim[] = [
  { name: 'slots', label: 'slots: tokens times choices', min: 1, max: 16_384 },
  { name: 'experts', label: 'experts', min: 1, max: 512 },
  switchDim('even', 'all to one expert: 0, spread: 1'),
];
const group = (slots: number, experts: number, even: 0 | 1 = 1): Shape => ({ slots, experts, even });

const grouping: Family = {
  id: 'group_experts',
  group: 'reduce',
  dims: groupDims,
  title: 'Tokens grouped by expert',
  summary:
    'A stable counting sort of tokens by the expert that they chose, and the table of tiles that a grouped product works through; without atomics, so that the order is always the same.',
  versions: onlyVersion('one workgroup, a lane an expert'),
  shapes: [
    { label: '256 tokens, 8 of 128', shape: group(2048, 128) },
    { label: '256 tokens, 2 of 8', shape: group(512, 8) },
    { label: 'all to one of 64', shape: group(2048, 64, 0) },
  ],
  edges: [
    group(1, 1),
    group(7, 3),
    group(8, 2, 0),
    group(9, 2, 0),
    group(255, 5),
    group(256, 255),
    group(257, 257),
    group(700, 512),
  ],
  work: ({ slots, experts }) => ({ flops: slots!, bytes: 8 * slots! + 16 * expertTiles(slots!, experts!) }),
  moves: (_, { slots, experts }) => 12 * slots! + 16 * expertTiles(slots!, experts!),
  prepare: (ctx, slots, _, shape) =>
    assemble(ctx, slots, async (harness) => {
      checkShape('group_experts', groupDims, shape);
      const [count, experts, even] = [shape.slots!, shape.experts!, shape.even === 1];
      const kernel = await createGroupExperts(ctx);
      // Where there are several, nobody chooses the first.
      const list = bits(count, 19).map((w) =>
        even ? Math.min(experts - 1, 1 + (w % Math.max(1, experts - 1))) : experts - 1,
      );
      const tiles = expertTiles(count, experts);
      const chosen = await harness.input('chosen', list);
      const order = await harness.output('order', count);
      const table = await harness.output('tiles', 4 * tiles);
      const known = () => groupExperts(list, experts, EXPERT_TILE);
      const exact = { at: 0, type: 'u32', tolerance: 0 } as const;
      return {
        record: () => [kernel.call({ chosen, order, tiles: table }, { slots: count, experts }, slots)],
        outputs: [
          { ...exact, name: 'order', buffer: order, count, expected: () => whole(Float64Array.from(known().order)) },
          {
            ...exact,
            name: 'tiles',
            buffer: table,
            count: 4 * tiles,
            expected() {
              const own = known().tiles.flat();
              return whole(Float64Array.from({ length: 4 * tiles }, (_, i) => own[i] ?? 0));
            },
          },
        ],
      };
    }),
};

const combineDims: readonly Dim[] = [
  { name: 'rows', label: 'tokens', min: 1, max: 4096 },
  { name: 'width', label: 'columns', min: 4, max: 16_384, multiple: 4 },
  { name: 'used', label: 'experts of a token', min: 1, max: 32 },
  switchDim('shared', 'a shared expert: 1, none: 0'),
];
const combine = (rows: number, width: number, used: number, shared: 0 | 1): Shape => ({ rows, width, used, shared });

const combining: Family = {
  id: 'combine_experts',
  group: 'reduce',
  dims: combineDims,
  title: 'What a token’s experts give, together',
  summary:
    'The weighted sum of the chosen experts’ outputs, always in the same order, and where there is a shared expert its output times a sigmoid gate.',
  versions: onlyVersion('an invocation four numbers'),
  shapes: [
    { label: '256 tokens of 2048, 8 experts', shape: combine(256, 2048, 8, 0) },
    { label: '256 tokens of 2048, 4 experts and a shared one', shape: combine(256, 2048, 4, 1) },
    { label: '1 token of 4096, 2 experts', shape: combine(1, 4096, 2, 0) },
  ],
  edges: [combine(1, 4, 1, 0), combine(3, 64, 2, 1), combine(5, 68, 3, 0), combine(2, 516, 8, 1)],
  work: ({ rows, width, used, shared }) => ({
    flops: rows! * width! * (2 * used! + 2 * shared!),
    bytes: 4 * rows! * (width! * (used! + 1 + shared!) + used! + shared!),
  }),
  moves: (_, { rows, width, used, shared }) =>
    4 * rows! * (width! * (used! + 1 + shared!) + (width! / 4) * (used! + shared!)),
  prepare: (ctx, slots, _, shape) =>
    assemble(ctx, slots, async (harness) => {
      checkShape('combine_experts', combineDims, shape);
      const [rows, width, used, shared] = [shape.rows!, shape.width!, shape.used!, shape.shared === 1];
      const kernel = await createCombineExperts(ctx, { shared });
      const outputs = signal(rows * used * width, 3);
      const weights = signal(rows * used, 4).map((v) => (1 + v) / 2);
      const [common, gate] = [signal(rows * width, 5), signal(rows, 6, 3)];
      const y = await harness.output('y', rows * width);
      const resources = {
        outputs: await harness.input('outputs', outputs),
        weights: await harness.input('weights', weights),
        ...(shared && {
          shared: { outputs: await harness.input('shared', common), gate: await harness.input('gate', gate) },
        }),
        y,
      };
      const beside = shared ? { outputs: common, gate } : undefined;
      return {
        record: () => [kernel.call(resources, { rows, width, used }, slots)],
        outputs: [
          {
            name: 'y',
            buffer: y,
            at: 0,
            count: rows * width,
            type: 'f32',
            tolerance: 1e-6 * (1 + used),
            expected: () => whole(combineExperts(outputs, weights, used, width, beside)),
          },
        ],
      };
    }),
};

export const experts: readonly Family[] = [routing, grouping, combining];
