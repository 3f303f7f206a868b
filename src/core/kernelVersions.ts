/**
 * The kernel families that come in several versions, and each version's facts: where it is chosen and what it needs
 * of the device. No shaders and no titles (kernels/catalogue/versionTitles.ts), for every page loads it to read a link;
 * the wrappers in kernels/ hold the sources by the same names, and a test holds both together.
 *
 * A new version touches its shader, its row in the wrapper, its row here, its title and loads in kernels/catalogue/ and
 * its faults in scripts/faults/.
 */

/**
 * Kinds of device. Software adapters want no workgroup memory and no barriers, which cost as much as storage and more;
 * SwiftShader, at 4 lanes, often wants something else than the others. Real GPUs want tiles in workgroup memory.
 */
export type Place = 'swiftshader' | 'software' | 'hardware';

export interface VersionFacts {
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
    '1.naive': {},
    '2.tiled': { on: HARDWARE },
    '3.registers': { on: ANY_SOFTWARE },
    '4.subgroup': { needs: ['subgroups'] },
    '5.quad': { on: ANY_SOFTWARE, needs: SUBGROUPS },
    '6.tiles': {},
    '7.tiles32': {},
    '8.tiles128x64': {},
    '9.tiles128': {},
    '10.matrix': { needs: [...SUBGROUPS, 'chromium-experimental-subgroup-matrix', 'subgroup-matrix-f32-8x8x8'] },
    '11.octet': { on: ANY_SOFTWARE, needs: OCTETS },
  },
  /** docs/decisions/0012. */
  linear_matmul: {
    '1.naive': {},
    '2.tiled': { on: HARDWARE },
    '3.registers': { on: ANY_SOFTWARE },
    '4.quad': { on: ANY_SOFTWARE, needs: SUBGROUPS },
    '5.octet': { on: ANY_SOFTWARE, needs: OCTETS },
  },
  /** Convolutions; 2.quad and 3.octet read a picture with borders that conv_prepare makes. */
  conv2d: {
    '1.naive': { on: ANY_SOFTWARE },
    '2.quad': { on: ANY_SOFTWARE, needs: SUBGROUPS },
    '3.octet': { on: ANY_SOFTWARE, needs: OCTETS },
    '4.tiled': {},
    '5.split': { on: HARDWARE },
    '6.half': { on: HARDWARE, needs: ['shader-f16'] },
  },
  /** matvec, gate_up and qkv_append: docs/decisions/0014. */
  row_dots: {
    '1.naive': {},
    '2.lanes': {},
    '3.tree': { on: HARDWARE },
    '4.subgroup': { on: HARDWARE, needs: SUBGROUPS },
    '5.steps': { on: ANY_SOFTWARE },
    '6.handed': { on: ['swiftshader'], needs: ['subgroups'] },
    '7.groups': { on: ['software'], needs: ['subgroups'] },
  },
  /** docs/decisions/0013. */
  attention: {
    '1.naive': {},
    '2.flash': { on: HARDWARE },
    '4.blocks': { on: ['software'] },
    '5.blocks16': { on: ['swiftshader'] },
    '6.subgroup': { on: ANY_SOFTWARE, needs: SUBGROUPS },
  },
  /**
   * docs/decisions/0013. On SwiftShader 5.blocks16 is a little quicker than 3.registers on long prompts, but takes 2.2 s to
   * compile where that takes 0.8: the first token waits for it.
   */
  attention_prefill: {
    '1.naive': {},
    '2.flash': { on: HARDWARE },
    '3.registers': { on: ['swiftshader'] },
    '4.blocks': { on: ['software'] },
    '5.blocks16': {},
    '6.subgroup': { on: ['software'], needs: SUBGROUPS },
  },
  attention_decode: {
    '1.workgroup': { on: HARDWARE },
    '2.lanes': { on: ANY_SOFTWARE },
  },
  /** Of the text-to-image networks. Heads that a version cannot hold go to products of matrices (wideAttention.ts). */
  cross_attention: {
    '1.naive': { on: ANY_SOFTWARE },
    '2.subgroup': { on: ANY_SOFTWARE, needs: SUBGROUPS },
    '3.flash': { on: HARDWARE },
  },
  /** Subgroup versions of row reductions assume no subgroup size. */
  softmax: {
    '1.tree': { on: HARDWARE },
    '2.lanes': { on: ANY_SOFTWARE },
    '3.subgroup': { on: HARDWARE, needs: SUBGROUPS },
  },
  layernorm: {
    '1.tree': { on: HARDWARE },
    '2.lanes': { on: ANY_SOFTWARE },
    '3.subgroup': { on: HARDWARE, needs: SUBGROUPS },
  },
  group_combine: {
    '1.lanes': { on: ANY_SOFTWARE },
    '2.tree': { on: HARDWARE },
  },
  residual_norm: {
    '1.tree': { on: HARDWARE },
    '2.lanes': { on: ANY_SOFTWARE },
    '3.subgroup': { on: HARDWARE, needs: SUBGROUPS },
  },
  embed_norm: {
    '1.tree': { on: HARDWARE },
    '2.lanes': { on: ANY_SOFTWARE },
  },
  topk: {
    '1.workgroup': { on: HARDWARE },
    '2.lanes': { on: ANY_SOFTWARE },
  },
  rope_append: {
    '1.pairs': { on: HARDWARE },
    '2.heads': { on: ANY_SOFTWARE },
  },
  empirical_denoiser: {
    '1.registers': { on: ANY_SOFTWARE },
    '2.flash': { on: HARDWARE },
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
