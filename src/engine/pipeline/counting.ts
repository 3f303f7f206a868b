/** What a network's activations take on a device, told from its list of operations: no device and no weight is needed. */
import type { Resource } from '../../gpu/kernel.ts';
import { wideScratchBytes } from '../../kernels/attention/wideAttention.ts';
import { bordered, dense, isDirect, pixelsOf as pixelsOfConv, type ConvArgs } from '../../kernels/conv/convArgs.ts';
import { splitsOf } from '../../kernels/conv/convSums.ts';
import { groupSumsBytes } from '../../kernels/norm/groupNorm.ts';
import { pixelsOf, type AttentionOp, type Graph } from '../../models/graph/types.ts';
import { lower } from '../../networks/graph/lower.ts';
import { bytesOf, planRun } from '../../networks/graph/places.ts';
import { mostWhole } from '../../networks/graph/strips.ts';
import type { GraphKernels } from '../../networks/graph/types.ts';

const none = (): [] => [];
const nowhere = {} as Resource;
const FLOAT = 4;
/** Elements of a unit of channels in a picture with borders. */
const UNIT = 8;

/** Memory that a convolution needs beside its tensors: a picture with borders, or partial sums. */
function convScratch(args: ConvArgs, outputs: number, software: boolean): number {
  const d = dense('conv2d', args, outputs);
  if (software) {
    const { rows, columns } = bordered(d);
    return isDirect(d) ? 0 : FLOAT * UNIT * d.samples * rows * columns * d.units;
  }
  const { splits } = d.channels.every((c) => c % 4 === 0) ? splitsOf(d, outputs) : { splits: 1 };
  return splits > 1 ? FLOAT * splits * pixelsOfConv(d) * outputs : 0;
}

/** The widest head that one kernel holds. */
const widestHead = (software: boolean): number => (software ? 64 : 160);

/** q, k and v of one product, in heads that the kernel for pixels takes (networks/graph/kernels.ts). */
function isInterleaved({ q, k, v, causal, headDim }: AttentionOp): boolean {
  const together = q.of.id === k.of.id && k.of.id === v.of.id;
  return together && !causal && headDim % 4 === 0 && headDim <= 128;
}

function attentionScratch(op: AttentionOp, software: boolean): number {
  const { q, k, heads, headDim, causal } = op;
  if (isInterleaved(op) || causal || headDim % 4 !== 0 || headDim <= widestHead(software)) return 0;
  const shape = { samples: q.of.samples, queries: pixelsOf(q.of), keys: pixelsOf(k.of), kvSamples: k.of.samples };
  return wideScratchBytes({ ...shape, heads, headDim });
}

/** Kernels that only say what memory they need, as the versions do that a device of this kind runs by default. */
const countingKernels = (software: boolean): GraphKernels => ({
  convScratch: (args, outputs) => convScratch(args, outputs, software),
  inChunks: () => false,
  conv: none,
  rows: none,
  sumsBytes: (x) => groupSumsBytes({ samples: x.samples, pixels: pixelsOf(x), channels: x.channels }),
  sums: none,
  combine: none,
  apply: none,
  layerNorm: none,
  attentionScratch: (op) => attentionScratch(op, software),
  attention: none,
  activate: none,
  copy: none,
  geglu: none,
  resample: none,
  gated: none,
  addRows: none,
  vector: () => nowhere,
  table: () => nowhere,
});

export interface ActivationPlan {
  /** Of all buffers together. */
  readonly bytes: number;
  /** Of the largest tensor, which must go into one binding. */
  readonly largest: number;
}

/** With buffers of at most `limit` bytes; where a tensor is larger, `bytes` is what buffers without a limit would take. */
export function activationPlan(graph: Graph, software: boolean, limit: number): ActivationPlan {
  const lowered = lower(graph, countingKernels(software), mostWhole(limit));
  const dispatches = lowered.steps.flatMap((step) => step.dispatches);
  const used = new Set(dispatches.flatMap(({ reads, writes }) => [...reads, ...writes]));
  const largest = Math.max(0, ...[...lowered.bytes].map(([id, size]) => (used.has(id) ? size : 0)));
  const { scratch, kept } = planRun(graph, lowered, largest > limit ? 2 ** 50 : limit);
  return { bytes: bytesOf(scratch) + bytesOf(kept), largest };
}
