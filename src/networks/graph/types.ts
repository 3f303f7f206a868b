import type { Call, Resource } from '../../gpu/kernel.ts';
import type { Conv2dResources } from '../../kernels/conv/conv2d.ts';
import type { ConvArgs } from '../../kernels/conv/convArgs.ts';
import type { Band } from '../../kernels/conv/convShape.ts';
import type { Activation, AttentionOp, GroupNormOp, Tensor } from '../../models/graph/types.ts';

/** The kernels that a network is made of. `networkKernels` has them; tests have others that only count. */
export interface GraphKernels {
  convScratch(args: ConvArgs, outputs: number, matrix: string): number;
  /** The matrix lies in several buffers, and the input is read again for each. */
  inChunks(matrix: string): boolean;
  conv(resources: Conv2dResources, matrix: string, args: ConvArgs): Call[];
  /** A matrix with few rows of input: y = W·x + b. */
  rows(
    r: { readonly x: Resource; readonly bias: Resource | null; readonly y: Resource },
    matrix: string,
    rows: number,
  ): Call[];
  /** Bytes of the sums of one picture. */
  sumsBytes(x: Tensor): number;
  /** `strip`: of `of`, x holds the rows `stored`, and `own` are summed. */
  sums(x: Resource, sums: Resource, of: Tensor, strip?: { readonly own: Band; readonly stored: Band }): Call[];
  /** (samples, 2, channels): a and b of a·x + b, of one picture or of two. */
  combine(
    r: {
      readonly sums: readonly Resource[];
      readonly gamma: Resource;
      readonly beta: Resource;
      readonly scaleShift: Resource | null;
      readonly norm: Resource;
    },
    op: GroupNormOp,
  ): Call[];
  /** act(a·x + b) where no convolution follows. */
  apply(
    r: { readonly x: Resource; readonly norm: Resource; readonly y: Resource },
    of: Tensor,
    activation: 'none' | 'silu',
  ): Call[];
  layerNorm(
    r: {
      readonly x: Resource;
      readonly gamma: Resource | null;
      readonly beta: Resource | null;
      readonly modulation: Resource | null;
      readonly y: Resource;
    },
    o: {
      readonly x: Tensor;
      readonly epsilon: number;
      readonly modulation: { readonly row: number; readonly shiftAt: number; readonly scaleAt: number } | null;
    },
  ): Call[];
  /** Bytes of the scores of heads that no single kernel holds; 0: none. */
  attentionScratch(op: AttentionOp): number;
  attention(
    r: {
      readonly q: Resource;
      readonly k: Resource;
      readonly v: Resource;
      readonly y: Resource;
      readonly scratch?: Resource;
    },
    op: AttentionOp,
  ): Call[];
  /** In place. */
  activate(x: Resource, count: number, f: Activation | { readonly clamp: number }): Call[];
  copy(x: Resource, y: Resource, of: Tensor): Call[];
  geglu(r: { readonly x: Resource; readonly y: Resource }, rows: number, channels: number): Call[];
  resample(r: { readonly x: Resource; readonly y: Resource }, from: Tensor, to: Tensor, by: 'mean' | 'nearest'): Call[];
  /** y = residual + gate·x, gate by sample. */
  gated(
    r: { readonly x: Resource; readonly residual: Resource; readonly gate: Resource; readonly y: Resource },
    of: Tensor,
    gate: { readonly at: number; readonly row: number },
  ): Call[];
  addRows(x: Resource, table: Resource, of: Tensor): Call[];
  vector(key: string): Resource;
  /** A table that the network was built with. */
  table(values: Float64Array): Resource;
}
