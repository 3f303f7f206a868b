/**
 * A network as a list of operations over tensors. The list is the network: the float64 interpreter beside this file and
 * the recorder of kernels in networks/graph/ walk the same one, so that the two can drift apart in arithmetic only.
 * Shapes are fixed when the list is made; weights are named, not held.
 */

/**
 * (samples, height, width, channels) with channels innermost. Tokens are pixels in row order, so that a convolution's
 * output is a transformer's input as it lies; a vector for each sample is 1×1.
 */
export interface Tensor {
  readonly id: number;
  readonly samples: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}
export const pixelsOf = ({ height, width }: Tensor): number => height * width;
export const sizeOf = (t: Tensor): number => t.samples * pixelsOf(t) * t.channels;

/** Channels `at …` of a tensor; how many, the operation says. */
export interface Slice {
  readonly of: Tensor;
  readonly at: number;
}

/** What a matrix is made of: tensors of the file, stacked by rows (q, k and v in one). */
export interface Matrix {
  /** As the file names them (today's diffusers names; formats/diffusers/names.ts knows the older ones). */
  readonly names: readonly string[];
  /** Outputs of each of them. */
  readonly rows: readonly number[];
  /** Input channels, and the size of the kernel: k = kernel²·channels, in the order (ky, kx, channel). */
  readonly channels: number;
  readonly kernel: number;
}
export const rowsOf = (m: Matrix): number => m.rows.reduce((a, b) => a + b, 0);
export const columnsOf = (m: Matrix): number => m.kernel ** 2 * m.channels;
/** One-dimensional tensors of the file, end to end; lengths are those of the rows. */
export interface Vector {
  readonly names: readonly string[];
  readonly rows: readonly number[];
}

export type Activation = 'none' | 'silu' | 'relu' | 'gelu' | 'gelu_erf' | 'quick_gelu';
/** Zeros around a picture. */
export interface Padding {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export interface ConvOp {
  readonly kind: 'conv';
  /** One or two pictures of equal size, whose channels follow one another. */
  readonly x: readonly Tensor[];
  readonly weight: Matrix;
  readonly bias: Vector | null;
  readonly stride: 1 | 2;
  readonly padding: Padding;
  /** Nearest neighbours up to this size first. */
  readonly resize: { readonly height: number; readonly width: number } | null;
  /** Added to every pixel of a sample. */
  readonly shift: Slice | null;
  readonly activation: Activation;
  /** Added after the activation; then `reluAfter` bounds the sum from below. */
  readonly residual: Tensor | null;
  readonly reluAfter: boolean;
  readonly out: Tensor;
}
/** y = act(GN(x)·γ + β), or act(GN(x)·γ·(1 + s) + β·(1 + s) + t) with (s, t) = `scaleShift`. */
export interface GroupNormOp {
  readonly kind: 'groupNorm';
  readonly x: readonly Tensor[];
  readonly gamma: Vector;
  readonly beta: Vector;
  readonly groups: number;
  readonly epsilon: number;
  readonly activation: 'none' | 'silu';
  readonly scaleShift: Slice | null;
  readonly out: Tensor;
}
/** LN over channels, with γ and β where there are some, then v·(1 + scale) + shift of the sample. */
export interface LayerNormOp {
  readonly kind: 'layerNorm';
  readonly x: Tensor;
  readonly gamma: Vector | null;
  readonly beta: Vector | null;
  readonly epsilon: number;
  readonly modulation: { readonly scale: Slice; readonly shift: Slice } | null;
  readonly out: Tensor;
}
/** y = act(x·Wᵀ + b), then residual + gate·y, or residual + y. */
export interface LinearOp {
  readonly kind: 'linear';
  readonly x: Tensor;
  readonly weight: Matrix;
  readonly bias: Vector | null;
  readonly activation: Activation;
  readonly residual: Tensor | null;
  readonly gate: Slice | null;
  readonly out: Tensor;
}
/**
 * softmax(q·kᵀ/√d)·v per head. k and v may come from other tokens than q; with fewer samples there, samples of q share
 * them in blocks: sample s reads ⌊s·(samples of k)/(samples of q)⌋.
 */
export interface AttentionOp {
  readonly kind: 'attention';
  readonly q: Slice;
  readonly k: Slice;
  readonly v: Slice;
  readonly heads: number;
  readonly headDim: number;
  /** Token i sees tokens 0 … i. */
  readonly causal: boolean;
  readonly out: Tensor;
}
/** a·gelu_erf(b), [a | b] the halves of the channels. https://arxiv.org/abs/2002.05202 */
export interface GegluOp {
  readonly kind: 'geglu';
  readonly x: Tensor;
  readonly out: Tensor;
}
/** Mean of 2×2 pixels, or each pixel four times. */
export interface ResampleOp {
  readonly kind: 'resample';
  readonly x: Tensor;
  readonly by: 'mean' | 'nearest';
  readonly out: Tensor;
}
/** c·tanh(x/c). */
export interface ClampOp {
  readonly kind: 'clamp';
  readonly x: Tensor;
  readonly most: number;
  readonly out: Tensor;
}
/** x + table, for every sample; the table is (height·width, channels). */
export interface PositionOp {
  readonly kind: 'position';
  readonly x: Tensor;
  readonly table: Float64Array;
  readonly out: Tensor;
}

export type Op =
  ConvOp | GroupNormOp | LayerNormOp | LinearOp | AttentionOp | GegluOp | ResampleOp | ClampOp | PositionOp;
export type OpKind = Op['kind'];

export interface Graph {
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly outputs: ReadonlyMap<string, Tensor>;
  readonly ops: readonly Op[];
  /** The part of the network that each operation belongs to, as diffusers names it: `down_blocks.1.resnets.0`. */
  readonly parts: readonly string[];
}

/** What an operation reads. */
export function readsOf(op: Op): readonly Tensor[] {
  const slices = (...all: readonly (Slice | null | undefined)[]) => all.flatMap((s) => (s ? [s.of] : []));
  switch (op.kind) {
    case 'conv':
      return [...op.x, ...slices(op.shift), ...(op.residual ? [op.residual] : [])];
    case 'groupNorm':
      return [...op.x, ...slices(op.scaleShift)];
    case 'layerNorm':
      return [op.x, ...slices(op.modulation?.scale, op.modulation?.shift)];
    case 'linear':
      return [op.x, ...slices(op.gate), ...(op.residual ? [op.residual] : [])];
    case 'attention':
      return slices(op.q, op.k, op.v);
    case 'geglu':
    case 'resample':
    case 'clamp':
    case 'position':
      return [op.x];
    default:
      return op satisfies never;
  }
}

/** The weights that an operation reads, matrices and vectors. */
export function weightsOf(op: Op): { readonly matrices: readonly Matrix[]; readonly vectors: readonly Vector[] } {
  const some = <T>(...all: readonly (T | null)[]) => all.flatMap((v) => (v ? [v] : []));
  switch (op.kind) {
    case 'conv':
    case 'linear':
      return { matrices: [op.weight], vectors: some(op.bias) };
    case 'groupNorm':
    case 'layerNorm':
      return { matrices: [], vectors: some(op.gamma, op.beta) };
    default:
      return { matrices: [], vectors: [] };
  }
}
