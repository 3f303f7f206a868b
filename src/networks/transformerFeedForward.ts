import { isGated } from '../formats/transformerConfig.ts';
import type { Call } from '../gpu/kernel.ts';
import type { UniformSlots } from '../gpu/slots.ts';
import { createGateActivation } from '../kernels/linear/gateActivation.ts';
import { createGateUp } from '../kernels/linear/gateUp.ts';
import { byFormat, inPlace, type Activations, type Parts } from './transformerParts.ts';

/** The dense feed-forward block of every layer: `input` (rows, width) → a.delta, or added to it in a parallel block. */
export async function createFeedForward(parts: Parts) {
  const { ctx, config, sizesOf, biased, fused, layered, wholes } = parts;
  const { hidden, mlp } = config;
  const gated = isGated(config);
  const upName = gated ? 'gate_up' : 'up';
  const activation = mlp === 'geglu' ? 'gelu' : 'silu';
  const [gateUp, gate, up, exact, down] = await Promise.all([
    byFormat(gated ? wholes('gate_up') : [], (format) => createGateUp(ctx, { format, activation, ...sizesOf(format) })),
    gated ? createGateActivation(ctx, activation) : null,
    parts.linear(layered(upName), { activation: mlp === 'gelu' ? 'gelu_tanh' : 'none' }),
    inPlace(ctx, 'gelu_erf', mlp === 'gelu_erf'),
    parts.linear(layered('down'), { residual: config.parallel ? 'add' : 'none' }),
  ]);

  return function calls(i: number, input: GPUBuffer, a: Activations, rows: number, slots: UniformSlots): Call[] {
    const at = `layers.${i}`;
    const matrix = gate ? fused(`${at}.gate_up.weight`, rows) : null;
    const list: Call[] = [];
    if (matrix) list.push(gateUp(matrix.format).call({ x: input, h: a.hidden }, matrix, { rows }, slots));
    else {
      const y = gate ? a.wide : a.hidden;
      list.push(...up(`${at}.${upName}.weight`, { x: input, y, ...biased(`${at}.${upName}`) }, { rows }, slots));
      if (gate) list.push(gate.call({ x: a.wide, h: a.hidden }, { rows, hidden }, slots));
      list.push(...exact(a.hidden, rows * hidden, slots));
    }
    list.push(...down(`${at}.down.weight`, { x: a.hidden, y: a.delta, ...biased(`${at}.down`) }, { rows }, slots));
    return list;
  };
}
