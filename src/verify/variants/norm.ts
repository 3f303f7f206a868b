import { signal } from '../../kernels/catalogue/inputs.ts';
import { createLayernormVersion, type LayernormVersion } from '../../kernels/norm/layernorm.ts';
import { createResidualNormVersion, type ResidualNormVersion } from '../../kernels/norm/residualNorm.ts';
import { layernorm } from '../../math/reference/norm.ts';
import { residualNorm } from '../../math/reference/residualNorm.ts';
import type { Env } from '../types.ts';
import { make, output } from './check.ts';

/** Rows of deviation 0.3, so that an epsilon of 0.05 changes every number by a fifth. */
const EPSILON = 0.05;
export const smallRows = (env: Env, version: LayernormVersion) =>
  make(env, async (harness) => {
    const [rows, dim] = [19, 36];
    const kernel = await createLayernormVersion(env.ctx, version);
    const data = signal(rows * dim, 5, 0.5);
    const x = await harness.input('x', data);
    const y = await harness.output('y', rows * dim);
    return {
      record: () => [kernel.call({ x, mod: x, y }, { rows, dim, eps: EPSILON }, env.slots)],
      outputs: [output(y, layernorm(data, rows, dim, EPSILON), 5e-6)],
    };
  });
export const smallSums = (env: Env, version: ResidualNormVersion, kind: 'layernorm' | 'rmsnorm') =>
  make(env, async (harness) => {
    const [rows, width] = [19, 36];
    const kernel = await createResidualNormVersion(env.ctx, version, { kind, delta: false, bias: false });
    const data = signal(rows * width, 5, 0.5);
    const weightData = signal(width, 6).map((v) => 1 + v);
    const x = await harness.inout('x', data);
    const weight = await harness.input('weight', weightData);
    const y = await harness.output('y', rows * width);
    const want = residualNorm(data, undefined, rows, width, { kind, epsilon: EPSILON, weight: weightData });
    return {
      record: () => [kernel.call({ x, y, weight }, { rows, width, epsilon: EPSILON }, env.slots)],
      outputs: [output(y, want.y, 5e-6)],
    };
  });
