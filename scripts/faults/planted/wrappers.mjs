// Wrappers: what the CPU gives to the kernels.
import { source } from './fault.mjs';

export const wrappers = [
  source(
    'kernels/attention/attention',
    'attention',
    'scaled by the head dimension instead of its root',
    'a.scale ?? 1 / Math.sqrt(headDim)',
    'a.scale ?? 1 / headDim',
  ),
  source(
    'kernels/diffusion/lincomb',
    'lincomb',
    'too few workgroups for a last quad that is not full',
    'Math.ceil(a.dim / 4), 64)',
    'Math.floor(a.dim / 4), 64)',
  ),
  source(
    'kernels/sampling/topk',
    'token draw',
    'top-p is packed where min-p belongs',
    'floats[8 * r + 3] = minP;',
    'floats[8 * r + 3] = topP;',
  ),
  source(
    'engine/diffusion/gpuPlan',
    'on the GPU',
    'a fused noise loses the weight of its term',
    'before.draws.map(([w, d]) => [w * weight, d])',
    'before.draws.map(([w, d]) => [w, d])',
  ),
  source(
    'engine/diffusion/gpuPlan',
    'plans by hand',
    'noise that is read twice is fused all the same',
    'if (readsOf(op).includes(noise.out)) return false;',
    '',
  ),
  source(
    'networks/kvCache',
    'transformer',
    'a forked sequence lacks its last token',
    'this.#stretches(half, from!, length), this',
    'this.#stretches(half, from!, length - 1), this',
  ),
  source(
    'networks/transformerLines',
    'transformer',
    'positions count from one',
    'position: length + i,',
    'position: Math.min(length + i + 1, context - 1),',
  ),
  source(
    'networks/transformerSession',
    'transformer',
    'forgotten tokens stay',
    'this.#p.cache.setLength(sequence, length);\n',
    '',
  ),
  source(
    'networks/transformerPass',
    'transformer',
    'the residual stream is normed with the wrong weights',
    "last ? 'final_norm' : `layers.${i + 1}.norm_1`",
    "last ? 'final_norm' : `layers.${i}.norm_1`",
  ),
  source(
    'formats/quantise',
    'language',
    'int8 clips at half its range',
    'const scale = Math.fround(most / 127);',
    'const scale = Math.fround(most / 254);',
  ),
];
