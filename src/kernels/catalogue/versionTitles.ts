/**
 * What each version of a kernel does differently, in one line, for the kernel lab and the reports. Apart from
 * core/kernelVersions.ts, which every page loads to read a link.
 */
import type { KernelFamily, VersionOf } from '../../core/kernelVersions.ts';

export const versionTitles: { readonly [F in KernelFamily]: Readonly<Record<VersionOf<F>, string>> } = {
  matmul: {
    '1.naive': 'one invocation an output',
    '2.tiled': '64×64 tiles in workgroup memory, 4×4 outputs an invocation',
    '3.registers': '8×8 outputs an invocation in registers, no workgroup memory',
    '4.subgroup': 'A read once a subgroup and handed round by shuffles',
    '5.quad': '12×8 outputs an invocation, A and B swapped in quads',
    '6.tiles': '64×64 tiles, 8×4 outputs an invocation',
    '7.tiles32': '32×32 tiles, 4×4 outputs an invocation',
    '8.tiles128x64': '128×64 tiles, 8×8 outputs an invocation',
    '9.tiles128': '128×128 tiles, 8×8 outputs an invocation',
    '10.matrix': '64×64 tiles, 8×8 matrices of a subgroup',
    '11.octet': '16×8 outputs an invocation, A and B swapped among eight',
  },
  linear_matmul: {
    '1.naive': 'an invocation an output',
    '2.tiled': '64×64 tiles in workgroup memory, weights unpacked once a tile',
    '3.registers': '8×8 outputs an invocation in registers',
    '4.quad': '8×8 outputs an invocation, weights and x swapped in quads',
    '5.octet': '16×8 outputs an invocation, weights and x swapped among eight',
  },
  conv2d: {
    '1.naive': 'four outputs of a pixel an invocation, masked',
    '2.quad': '12×8 outputs an invocation, swapped in quads, a border instead of masks',
    '3.octet': '16×8 outputs an invocation, swapped among eight, a border instead of masks',
    '4.tiled': 'tiles of 64 pixels × 64 outputs in workgroup memory, masked while they are staged',
    '5.split': 'as 4.tiled, the channels of few pixels shared out among workgroups',
    '6.half': 'as 5.split, f16 weights staged in f16',
  },
  row_dots: {
    '1.naive': 'an invocation a quad of weight rows and row of x',
    '2.lanes': 'an invocation a quad of weight rows, all rows of x at once',
    '3.tree': '32 lanes a quad, sums in workgroup memory',
    '4.subgroup': 'a subgroup a quad, sums by subgroupAdd',
    '5.steps': 'as 2.lanes, each weight loaded just before it is used up',
    '6.handed': 'as 5.steps, x handed round among the lanes of a subgroup',
    '7.groups': 'as 6.handed, int4 in loads of 32 columns, int8 by shifts',
  },
  attention: {
    '1.naive': 'an invocation a query, scores computed twice',
    '2.flash': '64 queries a workgroup, tiles of 16 keys in workgroup memory, online softmax',
    '4.blocks': '8 queries × 8 keys an invocation as matrix products',
    '5.blocks16': '8 queries × 16 keys an invocation',
    '6.subgroup': '8 queries a subgroup, keys and then the head shared out among its lanes',
  },
  attention_prefill: {
    '1.naive': 'an invocation a query, scores computed twice',
    '2.flash': '64 queries a workgroup, tiles of keys in workgroup memory, online softmax',
    '3.registers': '4 queries × 8 keys an invocation as matrix products',
    '4.blocks': '8 queries × 8 keys an invocation',
    '5.blocks16': '8 queries × 16 keys an invocation',
    '6.subgroup': '8 queries a subgroup, keys and then the head shared out among its lanes, heads up to 128',
  },
  attention_decode: {
    '1.workgroup': 'a workgroup a run, a key an invocation',
    '2.lanes': 'an invocation a run, eight keys at a time',
  },
  cross_attention: {
    '1.naive': 'an invocation a query, scores computed twice, any head',
    '2.subgroup': '8 queries a subgroup, keys and then the head shared out among its lanes, heads up to 128',
    '3.flash': '32 queries × 32 keys a workgroup as products of tiles, heads up to 160',
  },
  softmax: {
    '1.tree': 'a workgroup a row, a tree in workgroup memory',
    '2.lanes': 'an invocation a row, largest and sum in one pass',
    '3.subgroup': 'a subgroup a row, no workgroup memory',
  },
  layernorm: {
    '1.tree': 'a workgroup a row, a tree in workgroup memory',
    '2.lanes': 'an invocation a row, four columns at a time',
    '3.subgroup': 'a subgroup a row, no workgroup memory',
  },
  group_combine: {
    '1.lanes': 'an invocation a group',
    '2.tree': 'a workgroup a group, a tree in workgroup memory',
  },
  residual_norm: {
    '1.tree': 'a workgroup a row, a tree in workgroup memory',
    '2.lanes': 'an invocation a row',
    '3.subgroup': 'a workgroup a row, sums by subgroupAdd',
  },
  embed_norm: {
    '1.tree': 'a workgroup a row, a tree in workgroup memory',
    '2.lanes': 'an invocation a row',
  },
  topk: {
    '1.workgroup': 'a workgroup 2,048 logits, radix selection and a bitonic sort',
    '2.lanes': 'an invocation 256 logits, heaps',
  },
  rope_append: {
    '1.pairs': 'two rotary pairs an invocation',
    '2.heads': 'a head an invocation',
  },
  empirical_denoiser: {
    '1.registers': 'four points at a time in registers',
    '2.flash': 'points pass through workgroup memory, 256 at a time',
  },
};
