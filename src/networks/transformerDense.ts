import { isGated } from '../formats/transformerConfig.ts';
import type { Call } from '../gpu/kernel.ts';
import type { UniformSlots } from '../gpu/slots.ts';
import { createGateActivation } from '../kernels/linear/gateActivation.ts';
import { createGateUp } from '../kernels/linear/gateUp.ts';
import { byFormat, inPlace, type Activations, type Parts } from './transformerParts.ts';

/**
 * A plain block under `role` ('' or 'shared.') of every layer that has one: `input` (rows, width) → `delta`, or added to
 * it in a parallel block. `hidden`: its inner width.
 */
export async function createDense(parts: Parts, role: '' | 'shared.', hidden: number) {
  const { ctx, config, sizesOf, biased, fused, layered, wholes } = parts;
  const { mlp } = config;
  const gated = isGated(config);
  const upName = `${role}${gated ? 'gate_up' : 'up'}`;
  const activation = mlp === 'geglu' ? 'gelu' : 'silu';
  const [gateUp, gate, up, exact, down] = await Promise.all([
    byFormat(gated ? wholes(upName) : [], (format) => createGateUp(ctx, { format, activation, ...sizesOf(format) })),
    gated ? createGateActivation(ctx, activation) : null,
    parts.linear(layered(upName), { activation: mlp === 'gelu' ? 'gelu_tanh' : 'none' }),
    inPlace(ctx, 'gelu_erf', mlp === 'gelu_erf'),
    parts.linear(layered(`${role}down`), { residual: config.parallel ? 'add' : 'none' }),
  ]);

  return function calls(
    i: number,
    input: GPUBuffer,
    a: Activations,
    delta: GPUBuffer,
    rows: number,
    slots: UniformSlots,
  ): Call[] {
    const at = `layers.${i}`;
    const matrix = gate ? fused(`${at}.${upName}.weight`, rows) : null;
    const list: Call[] = [];
    if (matrix) list.push(gateUp(matrix.format).call({ x: input, h: a.hidden }, matrix, { rows }, slots));
    else {
      const y = gate ? a.wide : a.hidden;
      list.push(...up(`${at}.${upName}.weight`, { x: input, y, ...biased(`${at}.${upName}`) }, { rows }, slots));
      if (gate) list.push(gate.call({ x: a.wide, h: a.hidden }, { rows, hidden }, slots));
      list.push(...exact(a.hidden, rows * hidden, slots));
    }
    const name = `${at}.${role}down`;
    list.push(...down(`${name}.weight`, { x: a.hidden, y: delta, ...biased(name) }, { rows }, slots));
    return list;
  };
}
