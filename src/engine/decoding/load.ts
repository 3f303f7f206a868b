// From files to a model on the GPU: heads first, then every weight in file order, row block by row block.
import { createTokenizer, assertTokenizerFits, type Tokenizer } from '../../formats/tokenizer.ts';
import { weightPlan, resolveHead, type WeightPart, type WeightSource } from '../../formats/weightPlan.ts';
import { badBlock } from '../../formats/ggufRepack.ts';
import { partRange, readBlocks, readPart } from '../../formats/weightPart.ts';
import type { Checkpoint } from '../../formats/checkpoint.ts';
import type { TransformerConfig } from '../../formats/transformerConfig.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { createTopk } from '../../kernels/sampling/topk.ts';
import { createPass } from '../../networks/transformerPass.ts';
import { formatOf, resolvedFormat, TransformerWeights } from '../../networks/transformerWeights.ts';
import { CpuWeights } from './cpuSession.ts';
import { throwIfCancelled } from '../../core/cancel.ts';
import { isBlockFormat } from '../../core/weightFormat.ts';
import type { Format, LoadProgress } from './events.ts';
import type { ModelFiles } from '../../hub/files.ts';
import { ModelError } from '../../hub/files.ts';
import { readHeads } from './heads.ts';

export interface LoadedWeights {
  readonly config: TransformerConfig;
  readonly tokenizer: Tokenizer;
  readonly template: string | null;
  readonly card: Readonly<Record<string, unknown>> | null;
  /** On the GPU, or on the processor where there is none. */
  readonly weights: TransformerWeights | CpuWeights;
  readonly format: Format;
  readonly notices: readonly string[];
}
export interface LoadOptions {
  readonly format: Format | 'auto';
  readonly owner: string;
  readonly progress: (p: LoadProgress) => void;
  readonly signal: AbortSignal;
}

/** float32 numbers converted at once: 4 MB. */
const BLOCK = 2 ** 20;

/** What 4 bits here round once more: all blocks but Q4_0, whose grid is the same. */
const otherGrid = (type: string): boolean => isQuantised(type) && type !== 'Q4_0' && type !== 'Q8_0' && type !== 'Q6_K';
const isQuantised = (type: string): boolean => isBlockFormat(type) && type !== 'BF16';

/** The type that most bytes of a file have. */
function mainType(checkpoint: Checkpoint): string {
  const types = new Map<string, number>();
  for (const t of checkpoint.tensors.values()) types.set(t.dtype, (types.get(t.dtype) ?? 0) + t.end - t.begin);
  return [...types].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'F32';
}

/**
 * What "as they come" means here: a file in blocks keeps them, so that it costs its own bytes and nothing is rounded
 * again. 16-bit files stay 16-bit, except on a processor that emulates a GPU, where unpacking costs more than it saves.
 */
export function resolveFormat(wanted: Format | 'auto', checkpoint: Checkpoint, ctx: GpuContext | null): Format {
  if (!ctx) return 'f32';
  if (wanted !== 'auto') return wanted;
  const main = mainType(checkpoint);
  if (isQuantised(main)) return 'stored';
  const stored = main === 'F32' ? 'f32' : 'f16';
  return stored === 'f16' && ctx.info.isSoftware && totalBytes(checkpoint) < 256 * 2 ** 20 ? 'f32' : stored;
}
/** The types of a plan's matrices and how many have each, the commonest first. */
function typesOf(plan: readonly WeightSource[]): string[] {
  const counts = new Map<string, number>();
  for (const { kind, parts } of plan)
    if (kind === 'matrix') for (const { entry } of parts) counts.set(entry.dtype, (counts.get(entry.dtype) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([type, n]) => `${n} ${type}`);
}
const totalBytes = (checkpoint: Checkpoint) =>
  [...checkpoint.tensors.values()].reduce((n, t) => n + t.end - t.begin, 0);

/** The weights of a model on the GPU. Whatever was allocated is freed when it fails. */
export async function loadModel(
  ctx: GpuContext | null,
  files: ModelFiles,
  options: LoadOptions,
): Promise<LoadedWeights> {
  const { signal } = options;
  const heads = await readHeads(files, signal);
  const tokenizer = createTokenizer(heads.tokenizer, heads.tokenizerConfig);
  const config = resolveHead(heads.config, heads.checkpoint);
  assertTokenizerFits(tokenizer, config);
  const plan = weightPlan(config, heads.checkpoint);
  const asked = resolveFormat(options.format, heads.checkpoint, ctx);
  const format = resolvedFormat(plan, asked);
  throwIfCancelled(signal);
  const weights = ctx ? await TransformerWeights.create(ctx, plan, format, options.owner) : new CpuWeights(plan);
  try {
    const compiling = weights instanceof TransformerWeights ? compile(ctx!, config, weights) : null;
    await stream(ctx, files, plan, weights, options);
    await compiling;
    await files.verify?.(signal);
    await ctx?.idle();
    return {
      config,
      tokenizer,
      template: heads.template ?? tokenizer.chatTemplate,
      card: heads.card,
      weights,
      format,
      notices: [
        ...(files.notices ?? []),
        ...heads.notices,
        ...noticesOf(plan, format, options.format),
        ...roundedAgain(format, heads.checkpoint),
        ...(format === asked
          ? []
          : [`A model of width ${config.width} loses too much at 4 bits, so its weights are kept in 8.`]),
      ],
    };
  } catch (error) {
    weights.destroy();
    throw error;
  }
}

/**
 * Compiles a pass's kernels while the weights are on their way: only formats and shapes matter, and pipelines are kept.
 * A failure here is ignored: it comes up again when a session is made.
 */
const compile = (ctx: GpuContext, config: TransformerConfig, weights: TransformerWeights): Promise<unknown> =>
  Promise.all([createPass(ctx, config, weights, config.context), createTopk(ctx)]).catch(() => {});

/** Reads every part in the order in which it lies in its file, so that a download is used as it arrives. */
async function stream(
  ctx: GpuContext | null,
  files: ModelFiles,
  plan: readonly WeightSource[],
  weights: TransformerWeights | CpuWeights,
  { progress, signal }: LoadOptions,
): Promise<void> {
  const order = new Map(files.list.map((f, i) => [f.name, i]));
  const parts = plan.flatMap((source) => source.parts.map((part) => ({ source, part })));
  parts.sort(
    (a, b) => order.get(a.part.entry.file)! - order.get(b.part.entry.file)! || a.part.entry.begin - b.part.entry.begin,
  );
  // Files may hold tensors that are not read.
  const whole = parts.map(({ part }) => partRange(part, 0, part.rows));
  const total = whole.reduce((n, { begin, end }) => n + end - begin, 0);
  const began = performance.now();
  let done = 0;
  let reportedAt = 0;
  let drained = 0;
  const report = (more: number) => {
    done += more;
    const now = performance.now();
    if (now - reportedAt < 80 && done < total) return;
    reportedAt = now;
    const speed = done / Math.max(1e-3, (now - began) / 1000);
    progress({
      kind: 'load',
      phase: files.got.network > files.got.store ? 'download' : 'read',
      model: files.title,
      done,
      total,
      speed,
      remainingMs: ((total - done) / speed) * 1000,
      fromStore: files.got.store,
    });
  };
  report(0);
  for (const { source, part } of parts) {
    for (let first = 0, count; first < part.rows; first += count) {
      throwIfCancelled(signal);
      count = Math.min(part.rows - first, blockRows(part));
      const { begin, end } = partRange(part, first, count);
      const bytes = await files.read(part.entry.file, begin, end, signal);
      const at = part.rowAt + first;
      const blocks = weights instanceof TransformerWeights ? weights.blocksAt(source.name, at) : null;
      if (blocks) {
        const bad = badBlock(blocks, bytes);
        if (bad >= 0) throw notFinite(part, `block ${bad} from row ${first} on has a scale that is no finite number`);
        (weights as TransformerWeights).writeBlocks(source.name, at, readBlocks(part, bytes, first, count), count);
      } else {
        const values = readPart(part, bytes, first, count) as Float32Array<ArrayBuffer>;
        check(values, part);
        weights.write(source.name, at, values);
      }
      report(end - begin);
      // The queue keeps a copy of each write until it is executed: wait now and then, so that copies do not pile up.
      if (done - drained > 64 * 2 ** 20) {
        drained = done;
        await ctx?.idle();
      }
    }
  }
}

/** Rows read at once: whole heads and whole groups of 64, or the whole tensor where it is stored transposed. */
function blockRows(part: WeightPart): number {
  if (part.transpose) return part.rows;
  const unit = Math.max(64, part.pairedHeads ?? 1);
  return Math.max(unit, Math.floor(BLOCK / part.cols / unit) * unit);
}

function check(values: Float32Array, part: WeightPart): void {
  // One value that is not finite would silently turn every text into nonsense.
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]!)) throw notFinite(part, `it holds ${values[i]} at ${i}`);
}
const notFinite = ({ entry }: WeightPart, what: string) =>
  new ModelError(
    `Tensor ${entry.name} cannot be used: ${what}.`,
    'The file is damaged, or the model was saved after a failed training: take it from its original place again.',
  );

/** A file of few bits whose weights 4 bits here would round once more: said before anything is written. */
function roundedAgain(format: Format, checkpoint: Checkpoint): string[] {
  const main = mainType(checkpoint);
  return format === 'int4' && otherGrid(main)
    ? [
        `The file’s ${main} weights are on another grid than 4 bits here, so they are rounded once more, which costs a small model much (the loss is measured after the first run): as stored they stay what they are.`,
      ]
    : [];
}

function noticesOf(plan: readonly WeightSource[], format: Format, wanted: Format | 'auto'): string[] {
  if (format === 'stored') return [`Matrices are kept as the file stores them: ${typesOf(plan).join(', ')}.`];
  const wider = plan.filter(
    (s) => s.kind === 'matrix' && s.name !== 'position_embedding' && formatOf(s, format) !== format,
  );
  const notices: string[] = [];
  if (wider.length > 0)
    notices.push(
      `${wider.length === 1 ? 'One matrix is' : `${wider.length} matrices are`} kept wider than ${format}: ${[...new Set(wider.map((s) => `${s.name.replace(/layers\.\d+/, 'layers.*')} as ${formatOf(s, format)}`))].join(', ')}.`,
    );
  if (wanted === 'auto' && format === 'f32' && wider.length === 0) notices.push('Weights are kept in 32 bits here.');
  return notices;
}
