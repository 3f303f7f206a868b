/**
 * The kernel families that come in several versions, and what each version needs of a device (features, or WGSL
 * language features). Names only, so that a link can be read without loading a shader; the kernels' wrappers hold the
 * sources, and a test holds both together.
 */
const SUBGROUPS = ['subgroups', 'subgroup_id'] as const;
const OCTETS = [...SUBGROUPS, 'subgroups-of-8'] as const;
const nothing = [] as const;

export const kernelVersions = {
  matmul: {
    '1.naive': nothing,
    '2.tiled': nothing,
    '3.registers': nothing,
    '4.subgroup': ['subgroups'],
    '5.quad': SUBGROUPS,
    '6.tiles': nothing,
    '7.tiles32': nothing,
    '8.tiles128x64': nothing,
    '9.tiles128': nothing,
    '10.matrix': [...SUBGROUPS, 'chromium-experimental-subgroup-matrix', 'subgroup-matrix-f32-8x8x8'],
    '11.octet': OCTETS,
  },
  linear_matmul: {
    '1.naive': nothing,
    '2.tiled': nothing,
    '3.registers': nothing,
    '4.quad': SUBGROUPS,
    '5.octet': OCTETS,
  },
  /** matvec, gate_up and qkv_append. */
  row_dots: {
    '1.naive': nothing,
    '2.lanes': nothing,
    '3.tree': nothing,
    '4.subgroup': SUBGROUPS,
    '5.steps': nothing,
    '6.handed': ['subgroups'],
    '7.groups': ['subgroups'],
  },
  attention: {
    '1.naive': nothing,
    '2.flash': nothing,
    '3.registers': nothing,
    '4.blocks': nothing,
    '5.blocks16': nothing,
    '6.subgroup': SUBGROUPS,
  },
  attention_prefill: {
    '1.naive': nothing,
    '2.flash': nothing,
    '3.registers': nothing,
    '4.blocks': nothing,
    '5.blocks16': nothing,
    '6.subgroup': SUBGROUPS,
  },
  attention_decode: { '1.workgroup': nothing, '2.lanes': nothing },
  softmax: { '1.tree': nothing, '2.lanes': nothing, '3.subgroup': SUBGROUPS },
  layernorm: { '1.tree': nothing, '2.lanes': nothing, '3.subgroup': SUBGROUPS },
  residual_norm: { '1.tree': nothing, '2.lanes': nothing, '3.subgroup': SUBGROUPS },
  embed_norm: { '1.tree': nothing, '2.lanes': nothing },
  topk: { '1.workgroup': nothing, '2.lanes': nothing },
  rope_append: { '1.pairs': nothing, '2.heads': nothing },
  empirical_denoiser: { '1.registers': nothing, '2.flash': nothing },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export type KernelFamily = keyof typeof kernelVersions;
export type VersionOf<F extends KernelFamily> = keyof (typeof kernelVersions)[F] & string;
/** A version for some families; the device's own choice for the rest. */
export type KernelChoices = { readonly [F in KernelFamily]?: VersionOf<F> };

/** What a version needs of the device. */
export const needsOf = (family: KernelFamily, version: string): readonly string[] =>
  (kernelVersions[family] as Readonly<Record<string, readonly string[]>>)[version] ?? [];
export const isVersionOf = <F extends KernelFamily>(family: F, version: string | undefined): version is VersionOf<F> =>
  version !== undefined && Object.hasOwn(kernelVersions[family], version);
export const isFamily = (name: string): name is KernelFamily => Object.hasOwn(kernelVersions, name);
