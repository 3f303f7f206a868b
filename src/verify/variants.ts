// What the catalogue's shapes do not cover, in every version: epilogues of the products, norms in which epsilon
// matters, scores so large that a softmax must subtract the maximum.
import { supports } from '../gpu/kernel.ts';
import { versions as attentionVersions } from '../kernels/attention/attention.ts';
import { versions as decodeVersions } from '../kernels/attention/attentionDecode.ts';
import { versions as prefillVersions } from '../kernels/attention/attentionPrefill.ts';
import { versions as convVersions } from '../kernels/conv/conv2d.ts';
import { versions as layernormVersions } from '../kernels/norm/layernorm.ts';
import {
  createLinearMatmul,
  versions as linearVersions,
  type LinearMatmulVersion,
} from '../kernels/linear/linearMatmul.ts';
import { versions as matmulVersions, type MatmulVersion } from '../kernels/linear/matmul.ts';
import { createMatvec } from '../kernels/linear/matvec.ts';
import { versions as ropeVersions } from '../kernels/linear/ropeAppend.ts';
import { versions as residualVersions } from '../kernels/norm/residualNorm.ts';
import { versions as rowVersions, type RowDotsVersion } from '../kernels/linear/rowDots.ts';
import { versions as softmaxVersions } from '../kernels/reduce/softmax.ts';
import { needsOf, type KernelFamily } from '../core/kernelVersions.ts';
import type { Case, Env } from './types.ts';
import { capped, steep, steepAttention, windows } from './variants/attention.ts';
import { check } from './variants/check.ts';
import { picture } from './variants/conv.ts';
import { packed, product } from './variants/linear.ts';
import { smallRows, smallSums } from './variants/norm.ts';
import { farPositions } from './variants/rope.ts';

/** Versions that share one file's epilogue and compile slowly: one product of each is enough. */
const oneOfMany: readonly MatmulVersion[] = ['7.tiles32', '8.tiles128x64', '9.tiles128'];

export function variantCases(env: Env): Case[] {
  const here = <V extends string>(family: KernelFamily, versions: Readonly<Record<V, unknown>>) =>
    (Object.keys(versions) as V[]).filter((v) => supports(env.ctx.info, needsOf(family, v)));
  return [
    ...here('matmul', matmulVersions).map((v): Case => ({
      name: `matmul ${v} epilogues`,
      run: () =>
        check(env, 'GELU with gates, SiLU with a sum', [
          product(env, v, { activation: 'gelu', residual: 'gated', b: 'kn' }),
          ...(oneOfMany.includes(v) ? [] : [product(env, v, { activation: 'silu', residual: 'add', b: 'nk' })]),
        ]),
    })),
    ...here('row_dots', rowVersions).map((v): Case => ({
      name: `matvec ${v} epilogue`,
      run: () =>
        check(env, 'GELU with a sum, 3 and 7 rows', [
          packed(env, 3, (o) => createMatvec(env.ctx, { ...o, version: v as RowDotsVersion, sizes: [4] })),
          packed(env, 7, (o) => createMatvec(env.ctx, { ...o, version: v as RowDotsVersion, sizes: [8] })),
        ]),
    })),
    ...here('linear_matmul', linearVersions).map((v): Case => ({
      name: `linear_matmul ${v} epilogue`,
      run: () =>
        check(env, 'GELU with a sum', [
          packed(env, 19, (o) => createLinearMatmul(env.ctx, { ...o, version: v as LinearMatmulVersion })),
        ]),
    })),
    ...here('conv2d', convVersions).map((v): Case => ({
      name: `conv2d ${v} epilogue`,
      run: () =>
        check(env, 'Biases a sample, a residual, a sum and ReLU, in bands', [picture(env, v, 3), picture(env, v, 1)]),
    })),
    ...here('softmax', softmaxVersions).map((v): Case => ({
      name: `softmax ${v} of large scores`,
      run: () => check(env, 'Scores up to 400, with a bias a column', [steep(env, v)]),
    })),
    ...here('attention', attentionVersions).map((v): Case => ({
      name: `attention ${v} of large scores`,
      run: () => check(env, 'Scores up to 400', [steepAttention(env, v)]),
    })),
    ...here('attention_prefill', prefillVersions).map((v): Case => ({
      name: `attention_prefill ${v} windows`,
      run: () =>
        check(env, 'A window of 5 keys, positions in a row and far apart, and capped scores', [
          windows(env, v),
          // Its text is that of 4.blocks, and takes Mesa's CPU driver half a minute to compile.
          ...(v === '5.blocks16' ? [] : [windows(env, v, 4)]),
        ]),
    })),
    ...here('attention_decode', decodeVersions).map((v): Case => ({
      name: `attention_decode ${v} caps`,
      run: () => check(env, 'Capped scores, keys in one run and in three', [capped(env, v, 1), capped(env, v, 3)]),
    })),
    ...ropeVersions.map((v): Case => ({
      name: `rope_append ${v} far positions`,
      run: () =>
        check(env, 'Positions up to 131,071, and an epsilon as large as the mean square', [farPositions(env, v)]),
    })),
    ...here('layernorm', layernormVersions).map((v): Case => ({
      name: `layernorm ${v} epsilon`,
      run: () => check(env, 'An epsilon as large as the variance', [smallRows(env, v)]),
    })),
    ...here('residual_norm', residualVersions).map((v): Case => ({
      name: `residual_norm ${v} epsilon`,
      run: () =>
        check(env, 'An epsilon as large as the variance', [
          smallSums(env, v, 'layernorm'),
          smallSums(env, v, 'rmsnorm'),
        ]),
    })),
  ];
}
