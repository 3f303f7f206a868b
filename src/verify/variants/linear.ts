import { signal } from '../../kernels/catalogue/inputs.ts';
import { matrix } from '../../kernels/catalogue/packedLinear.ts';
import type { Linear, LinearOptions } from '../../kernels/linear/linearShared.ts';
import { createMatmulVersion, type MatmulOptions, type MatmulVersion } from '../../kernels/linear/matmul.ts';
import { gelu, linear } from '../../math/reference/linear.ts';
import type { Env } from '../types.ts';
import { make, output } from './check.ts';

/** 50 rows in gates of 7, neither a whole tile; C's old values are added to. */
export const product = (
  env: Env,
  version: MatmulVersion,
  options: Required<Pick<MatmulOptions, 'activation' | 'residual' | 'b'>>,
) =>
  make(env, async (harness) => {
    const [m, n, k, rowsPerGate] = [50, 100, 96, 7];
    const kernel = await createMatmulVersion(env.ctx, version, options);
    const data = {
      a: signal(m * k, 2),
      b: signal(n * k, 3),
      bias: signal(n, 4),
      gate: signal(8 * n + 3, 6),
      c: signal(m * n, 5),
    };
    const a = await harness.input('a', data.a);
    const b = await harness.input('b', data.b);
    const bias = await harness.input('bias', data.bias);
    const gate = await harness.input('gate', data.gate);
    const c = await harness.inout('c', data.c);
    const gateOf = (row: number, col: number) => data.gate[3 + Math.floor(row / rowsPerGate) * n + col]!;
    const factor = (i: number) => (options.residual === 'gated' ? gateOf(Math.floor(i / n), i % n) : 1);
    const { activation } = options;
    const products = linear(data.a, data.b, { m, n, k, b: options.b, activation, bias: data.bias });
    const want = products.map((v, i) => data.c[i]! + v * factor(i));
    return {
      record: () => [
        kernel.call({ a, b, bias, gate, c }, { m, n, k, gate: { at: 3, row: n, rowsPerGate } }, env.slots),
      ],
      outputs: [output(c, want, 2.4e-5)],
    };
  });

export const packed = (
  env: Env,
  rows: number,
  create: (options: LinearOptions & { readonly format: 'int8' }) => Promise<Linear>,
) =>
  make(env, async (harness) => {
    const [n, k] = [50, 64];
    const kernel = await create({ format: 'int8', activation: 'gelu_tanh', residual: 'add' });
    const w = await matrix(harness, 'int8', n, k, 3);
    const data = { x: signal(rows * k, 2, 3), bias: signal(n, 4), y: signal(rows * n, 5) };
    const x = await harness.input('x', data.x);
    const bias = await harness.input('bias', data.bias);
    const y = await harness.inout('y', data.y);
    const flat = Float64Array.from(Array.from({ length: n }, (_, r) => Array.from(w.row(r))).flat());
    const want = linear(data.x, flat, { m: rows, n, k, b: 'nk', activation: 'none', bias: data.bias }).map(
      (v, i) => gelu(v) + data.y[i]!,
    );
    return { record: () => kernel.calls({ x, y, bias }, w, { rows }, env.slots), outputs: [output(y, want, 2e-5)] };
  });
