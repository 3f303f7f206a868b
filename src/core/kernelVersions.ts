/**
 * The kernel families that come in several versions, and each version's facts: what it does differently, where it is
 * chosen and what it needs of the device. No shaders, so that a link can be read without loading one; the wrappers in
 * kernels/ hold the sources by the same names, and a test holds both together.
 *
 * A new version touches its shader, its row in the wrapper, its row here, its loads in kernels/catalogue/ and its faults
 * in scripts/faults/.
 */

/**
 * Kinds of device. Software adapters want no workgroup memory and no barriers, which cost as much as storage and more;
 * SwiftShader, at 4 lanes, often wants something else than the others. Real GPUs want tiles in workgroup memory.
 */
export type Place = 'swiftshader' | 'software' | 'hardware';

export interface VersionFacts {
  /** One line: what it does differently. */
  readonly title: string;
  /**
   * Where it runs when nothing was measured or ordered; of several the last that the device has all for. Without: a
   * tuner or a link may choose it.
   */
  readonly on?: readonly Place[];
  /** Device features, or WGSL language features. */
  readonly needs?: readonly string[];
}

const ANY_SOFTWARE = ['swiftshader', 'software'] as const;
const HARDWARE = ['hardware'] as const;
const SUBGROUPS = ['subgroups', 'subgroup_id'] as const;
const OCTETS = [...SUBGROUPS, 'subgroups-of-8'] as const;

export const kernelVersions = {
  /** docs/decisions/0006 and 0012. */
  matmul: {
    '1.naive': { title: 'one invocation an output' },
    '2.tiled': { title: '64×64 tiles in workgroup memory, 4×4 outputs an invocation', on: HARDWARE },
    '3.registers': { title: '8×8 outputs an invocation in registers, no workgroup memory', on: ANY_SOFTWARE },
    '4.subgroup': { title: 'A read once a subgroup and handed round by shuffles', needs: ['subgroups'] },
    '5.quad': { title: '12×8 outputs an invocation, A and B swapped in quads', on: ANY_SOFTWARE, needs: SUBGROUPS },
    '6.tiles': { title: '64×64 tiles, 8×4 outputs an invocation' },
    '7.tiles32': { title: '32×32 tiles, 4×4 outputs an invocation' },
    '8.tiles128x64': { title: '128×64 tiles, 8×8 outputs an invocation' },
    '9.tiles128': { title: '128×128 tiles, 8×8 outputs an invocation' },
    '10.matrix': {
      title: '64×64 tiles, 8×8 matrices of a subgroup',
      needs: [...SUBGROUPS, 'chromium-experimental-subgroup-matrix', 'subgroup-matrix-f32-8x8x8'],
    },
    '11.octet': { title: '16×8 outputs an invocation, A and B swapped among eight', on: ANY_SOFTWARE, needs: OCTETS },
  },
  /** docs/decisions/0012. */
  linear_matmul: {
    '1.naive': { title: 'an invocation an output' },
    '2.tiled': { title: '64×64 tiles in workgroup memory, weights unpacked once a tile', on: HARDWARE },
    '3.registers': { title: '8×8 outputs an invocation in registers', on: ANY_SOFTWARE },
    '4.quad': {
      title: '8×8 outputs an invocation, weights and x swapped in quads',
      on: ANY_SOFTWARE,
      needs: SUBGROUPS,
    },
    '5.octet': {
      title: '16×8 outputs an invocation, weights and x swapped among eight',
      on: ANY_SOFTWARE,
      needs: OCTETS,
    },
  },
  /** matvec, gate_up and qkv_append: docs/decisions/0014. */
  row_dots: {
    '1.naive': { title: 'an invocation a quad of weight rows and row of x' },
    '2.lanes': { title: 'an invocation a quad of weight rows, all rows of x at once' },
    '3.tree': { title: '32 lanes a quad, sums in workgroup memory', on: HARDWARE },
    '4.subgroup': { title: 'a subgroup a quad, sums by subgroupAdd', on: HARDWARE, needs: SUBGROUPS },
    '5.steps': { title: 'as 2.lanes, each weight loaded just before it is used up', on: ANY_SOFTWARE },
    '6.handed': {
      title: 'as 5.steps, x handed round among the lanes of a subgroup',
      on: ['swiftshader'],
      needs: ['subgroups'],
    },
    '7.groups': {
      title: 'as 6.handed, int4 in loads of 32 columns, int8 by shifts',
      on: ['software'],
      needs: ['subgroups'],
    },
  },
  /** docs/decisions/0013. */
  attention: {
    '1.naive': { title: 'an invocation a query, scores computed twice' },
    '2.flash': { title: '64 queries a workgroup, tiles of 16 keys in workgroup memory, online softmax', on: HARDWARE },
    '4.blocks': { title: '8 queries × 8 keys an invocation as matrix products', on: ['software'] },
    '5.blocks16': { title: '8 queries × 16 keys an invocation', on: ['swiftshader'] },
    '6.subgroup': {
      title: '8 queries a subgroup, keys and then the head shared out among its lanes',
      on: ANY_SOFTWARE,
      needs: SUBGROUPS,
    },
  },
  /**
   * docs/decisions/0013. On SwiftShader 5.blocks16 is a little quicker than 3.registers on long prompts, but takes 2.2 s to
   * compile where that takes 0.8: the first token waits for it.
   */
  attention_prefill: {
    '1.naive': { title: 'an invocation a query, scores computed twice' },
    '2.flash': { title: '64 queries a workgroup, tiles of keys in workgroup memory, online softmax', on: HARDWARE },
    '3.registers': { title: '4 queries × 8 keys an invocation as matrix products', on: ['swiftshader'] },
    '4.blocks': { title: '8 queries × 8 keys an invocation', on: ['software'] },
    '5.blocks16': { title: '8 queries × 16 keys an invocation' },
    '6.subgroup': {
      title: '8 queries a subgroup, keys and then the head shared out among its lanes, heads up to 128',
      on: ['software'],
      needs: SUBGROUPS,
    },
  },
  attention_decode: {
    '1.workgroup': { title: 'a workgroup a run, a key an invocation', on: HARDWARE },
    '2.lanes': { title: 'an invocation a run, eight keys at a time', on: ANY_SOFTWARE },
  },
  /** Of the text-to-image networks. Heads that a version cannot hold go to products of matrices (wideAttention.ts). */
  cross_attention: {
    '1.naive': { title: 'an invocation a query, scores computed twice, any head', on: ANY_SOFTWARE },
    '2.subgroup': {
      title: '8 queries a subgroup, keys and then the head shared out among its lanes, heads up to 128',
      on: ANY_SOFTWARE,
      needs: SUBGROUPS,
    },
    '3.flash': { title: '32 queries × 32 keys a workgroup as products of tiles, heads up to 160', on: HARDWARE },
  },
  /** Subgroup versions of row reductions assume no subgroup size. */
  softmax: {
    '1.tree': { title: 'a workgroup a row, a tree in workgroup memory', on: HARDWARE },
    '2.lanes': { title: 'an invocation a row, largest and sum in one pass', on: ANY_SOFTWARE },
    '3.subgroup': { title: 'a subgroup a row, no workgroup memory', on: HARDWARE, needs: SUBGROUPS },
  },
  layernorm: {
    '1.tree': { title: 'a workgroup a row, a tree in workgroup memory', on: HARDWARE },
    '2.lanes': { title: 'an invocation a row, four columns at a time', on: ANY_SOFTWARE },
    '3.subgroup': { title: 'a subgroup a row, no workgroup memory', on: HARDWARE, needs: SUBGROUPS },
  },
  residual_norm: {
    '1.tree': { title: 'a workgroup a row, a tree in workgroup memory', on: HARDWARE },
    '2.lanes': { title: 'an invocation a row', on: ANY_SOFTWARE },
    '3.subgroup': { title: 'a workgroup a row, sums by subgroupAdd', on: HARDWARE, needs: SUBGROUPS },
  },
  embed_norm: {
    '1.tree': { title: 'a workgroup a row, a tree in workgroup memory', on: HARDWARE },
    '2.lanes': { title: 'an invocation a row', on: ANY_SOFTWARE },
  },
  topk: {
    '1.workgroup': { title: 'a workgroup 2,048 logits, radix selection and a bitonic sort', on: HARDWARE },
    '2.lanes': { title: 'an invocation 256 logits, heaps', on: ANY_SOFTWARE },
  },
  rope_append: {
    '1.pairs': { title: 'two rotary pairs an invocation', on: HARDWARE },
    '2.heads': { title: 'a head an invocation', on: ANY_SOFTWARE },
  },
  empirical_denoiser: {
    '1.registers': { title: 'four points at a time in registers', on: ANY_SOFTWARE },
    '2.flash': { title: 'points pass through workgroup memory, 256 at a time', on: HARDWARE },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, VersionFacts>>>>;

/** Versions of old links that are gone: nothing chose them any more. Their decision notes say why. */
export const retiredVersions: { readonly [F in KernelFamily]?: readonly string[] } = { attention: ['3.registers'] };

export type KernelFamily = keyof typeof kernelVersions;
export type VersionOf<F extends KernelFamily> = keyof (typeof kernelVersions)[F] & string;
/** A version for some families; the device's own choice for the rest. */
export type KernelChoices = { readonly [F in KernelFamily]?: VersionOf<F> };

/** A family's versions, oldest first. */
export const factsOf = <F extends KernelFamily>(family: F): readonly (readonly [VersionOf<F>, VersionFacts])[] =>
  Object.entries<VersionFacts>(kernelVersions[family]) as [VersionOf<F>, VersionFacts][];
export const isVersionOf = <F extends KernelFamily>(family: F, version: string | undefined): version is VersionOf<F> =>
  version !== undefined && Object.hasOwn(kernelVersions[family], version);
/** What a version needs of the device. */
export const needsOf = (family: KernelFamily, version: string): readonly string[] =>
  factsOf(family).find(([id]) => id === version)?.[1].needs ?? [];
export const isFamily = (name: string): name is KernelFamily => Object.hasOwn(kernelVersions, name);
