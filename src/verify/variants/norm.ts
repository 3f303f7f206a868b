import { signal } from '../../kernels/catalogue/inputs.ts';
import {
  createGroupCombine,
  createGroupStats,
  type GroupCombineVersion,
  groupSlabs,
  groupSumsBytes,
} from '../../kernels/norm/groupNorm.ts';
import { createLayernormVersion, type LayernormVersion } from '../../kernels/norm/layernorm.ts';
import { createResidualNormVersion, type ResidualNormVersion } from '../../kernels/norm/residualNorm.ts';
import { concatChannels } from '../../math/reference/conv.ts';
import { groupNorm } from '../../math/reference/groupNorm.ts';
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
/** Of two inputs whose seam lies within a group. */
export const smallGroups = (env: Env, version: GroupCombineVersion) =>
  make(env, async (harness) => {
    const [samples, pixels, groups] = [2, 150, 4];
    const counts = [24, 16] as const;
    const channels = counts[0] + counts[1];
    const stats = await createGroupStats(env.ctx);
    const combine = await createGroupCombine(env.ctx, version);
    const slabs = groupSlabs(env.ctx.info, pixels);
    const data = counts.map((c, i) => signal(samples * pixels * c, 5 + i, 0.3 + 0.1 * i));
    const inputs = [await harness.input('x', data[0]!), await harness.input('x2', data[1]!)];
    const weights = { gamma: signal(channels, 7), beta: signal(channels, 8) };
    const gamma = await harness.input('gamma', weights.gamma);
    const beta = await harness.input('beta', weights.beta);
    const sums = await harness.output('sums', groupSumsBytes(samples, channels, slabs) / 4);
    const norm = await harness.output('norm', 2 * samples * channels);
    const joined = concatChannels(data[0]!, data[1]!, samples * pixels);
    const want = groupNorm(joined, { samples, pixels, channels }, { groups, eps: EPSILON, ...weights });
    const among = (i: number) => ({ first: i === 0 ? 0 : counts[0], channels });
    return {
      record: () => [
        ...inputs.map((x, i) =>
          stats.call({ x, sums }, { samples, pixels, channels: counts[i]!, slabs, among: among(i) }, env.slots),
        ),
        combine.call({ sums, gamma, beta, norm }, { samples, channels, groups, slabs, eps: EPSILON }, env.slots),
      ],
      outputs: [output(norm, want, 1e-5)],
    };
  });
