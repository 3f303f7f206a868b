import type { Experts } from '../formats/transformerConfig.ts';
import type { Call } from '../gpu/kernel.ts';
import type { UniformSlots } from '../gpu/slots.ts';
import { createCombineExperts } from '../kernels/experts/combineExperts.ts';
import { createExpertMatmul, createExpertMatvec } from '../kernels/experts/expertLinear.ts';
import { createGroupExperts } from '../kernels/experts/groupExperts.ts';
import { createRouteExperts } from '../kernels/experts/routeExperts.ts';
import { createGateActivation } from '../kernels/linear/gateActivation.ts';
import { MOST_ROWS } from '../kernels/linear/rowDots.ts';
import { createDense } from './transformerDense.ts';
import { byFormat, type Activations, type Parts } from './transformerParts.ts';

const ROLES = ['gate', 'up', 'down'] as const;

/**
 * The mixture of experts of every layer that has one: `input` (rows, width) → a.delta. Which experts run is decided and
 * used on the GPU: nothing is read back, and no token is dropped.
 */
export async function createExperts(parts: Parts, experts: Experts) {
  const { ctx, config, weights, layered } = parts;
  const { count, used, hidden, normalised, shared } = experts;
  const { width } = config;
  const formats = ROLES.flatMap((role) => layered(`experts.${role}`).map((name) => weights.matrix(name).format));
  const [router, route, group, few, many, gate, combine, beside, sharedGate] = await Promise.all([
    parts.linear(layered('router')),
    createRouteExperts(ctx, { normalised }),
    createGroupExperts(ctx),
    byFormat(formats, (format) => createExpertMatvec(ctx, { format })),
    byFormat(formats, (format) => createExpertMatmul(ctx, { format })),
    createGateActivation(ctx, 'silu'),
    createCombineExperts(ctx, { shared: shared !== null }),
    shared === null ? null : createDense(parts, 'shared.', shared),
    parts.linear(layered('shared_gate')),
  ]);

  return function calls(i: number, input: GPUBuffer, a: Activations, rows: number, slots: UniformSlots): Call[] {
    const at = `layers.${i}`;
    const e = a.experts!;
    const pairs = rows * used;
    const grouped = rows > MOST_ROWS;
    const list: Call[] = [
      ...router(`${at}.router.weight`, { x: input, y: e.routed }, { rows }, slots),
      route.call({ logits: e.routed, chosen: e.chosen, weights: e.weights }, { rows, experts: count, used }, slots),
    ];
    if (beside) {
      list.push(...sharedGate(`${at}.shared_gate.weight`, { x: input, y: e.sharedGate }, { rows }, slots));
      list.push(...beside(i, input, a, e.shared, rows, slots));
    }
    if (grouped)
      list.push(
        group.call({ chosen: e.chosen, order: e.order, tiles: e.tiles }, { slots: pairs, experts: count }, slots),
      );
    const product = (role: (typeof ROLES)[number], x: GPUBuffer, y: GPUBuffer, yAt: number, yRow: number): Call[] => {
      const matrix = weights.matrix(`${at}.experts.${role}.weight`);
      const args = { slots: pairs, experts: count, sharing: role === 'down' ? 1 : used, yAt, yRow };
      return grouped
        ? many(matrix.format).calls({ x, order: e.order, tiles: e.tiles, y }, matrix, args, slots)
        : few(matrix.format).calls({ x, chosen: e.chosen, y }, matrix, args, slots);
    };
    list.push(
      ...product('gate', input, a.wide, 0, 2 * hidden),
      ...product('up', input, a.wide, hidden, 2 * hidden),
      gate.call({ x: a.wide, h: a.hidden }, { rows: pairs, hidden }, slots),
      ...product('down', a.hidden, e.outputs, 0, width),
      combine.call(
        {
          outputs: e.outputs,
          weights: e.weights,
          ...(beside && { shared: { outputs: e.shared, gate: e.sharedGate } }),
          y: a.delta,
        },
        { rows, width, used },
        slots,
      ),
    );
    return list;
  };
}
