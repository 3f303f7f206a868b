import type { Experts } from '../../formats/transformerConfig.ts';
import { combineExperts, routeExperts } from '../../math/reference/experts.ts';
import { silu } from './layers.ts';
import { affine, type Numbers } from './transformerLayers.ts';

/** h = act(gate)·up of rows that hold gates before ups. */
export const gatedBy =
  (activation: (v: number) => number, hidden: number) =>
  (x: Float64Array, rows: number): Float64Array =>
    Float64Array.from({ length: rows * hidden }, (_, i) => {
      const gate = 2 * hidden * Math.floor(i / hidden) + (i % hidden);
      return activation(x[gate]!) * x[gate + hidden]!;
    });

/**
 * A mixture of experts in float64, token by token: whom it goes to, what they give, their weighted sum. `take`: a weight
 * by its name in the layer, checked for its length.
 */
export function expertsReference(experts: Experts, width: number, take: (name: string, length: number) => Numbers) {
  const { count, used, hidden, normalised, shared } = experts;
  const router = take('router.weight', count * width);
  const [gate, up, down] = (['gate', 'up', 'down'] as const).map((role) =>
    take(`experts.${role}.weight`, count * hidden * width),
  );
  const beside =
    shared === null
      ? null
      : {
          gateUp: take('shared.gate_up.weight', 2 * shared * width),
          down: take('shared.down.weight', shared * width),
          by: take('shared_gate.weight', width),
          gated: gatedBy(silu, shared),
        };
  return (x: Float64Array, rows: number): Float64Array => {
    const { chosen, weights } = routeExperts(affine(x, rows, router, null, count), count, used, normalised);
    const outputs = new Float64Array(rows * used * width);
    for (const [slot, e] of chosen.entries()) {
      const r = Math.floor(slot / used);
      const own = x.subarray(r * width, (r + 1) * width);
      const part = (all: Numbers) => all.subarray(e * hidden * width, (e + 1) * hidden * width);
      const ups = affine(own, 1, part(up!), null, hidden);
      const h = affine(own, 1, part(gate!), null, hidden).map((v, j) => silu(v) * ups[j]!);
      outputs.set(affine(h, 1, part(down!), null, width), slot * width);
    }
    if (!beside) return combineExperts(outputs, weights, used, width);
    const h = beside.gated(affine(x, rows, beside.gateUp, null, 2 * shared!), rows);
    return combineExperts(outputs, weights, used, width, {
      outputs: affine(h, rows, beside.down, null, width),
      gate: affine(x, rows, beside.by, null, 1),
    });
  };
}
