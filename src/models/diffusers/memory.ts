// How much a diffusion model is, from its configurations alone: the lists of operations name every weight and hold none.
import { columnsMultiple, weightBytes, weightFormats, type WeightFormat } from '../../core/weightFormat.ts';
import type { ClipTextConfig } from '../../formats/diffusers/clip.ts';
import type { DitConfig } from '../../formats/diffusers/dit.ts';
import type { UNetConfig } from '../../formats/diffusers/unetTypes.ts';
import { latentFactor, type AutoencoderConfig } from '../../formats/diffusers/vae.ts';
import { rowsOf, weightsOf, type Graph, type Matrix } from '../graph/types.ts';
import { clipGraph } from './clip.ts';
import { ditGraph } from './dit.ts';
import { unetGraph } from './unet.ts';
import { decoderOf, encoderOf } from './vae.ts';

export type NetworkConfig = UNetConfig | DitConfig | AutoencoderConfig | ClipTextConfig;

/** A network's weights as they are counted and as they lie on the device. */
export interface NetworkSize {
  /** Numbers that were trained. */
  readonly parameters: number;
  /** Numbers in the file, which may repeat some. */
  readonly stored: number;
  /** Bytes on the device in each format; matrices whose rows do not suit it have the next wider one. */
  readonly bytes: Readonly<Record<WeightFormat, number>>;
  /** Numbers that are read on the processor and never uploaded: embeddings, of which a run needs some rows. */
  readonly onProcessor: number;
}

/** Channels of a tap lie in units of eight (kernels/conv/convShape.ts). */
const UNIT = 8;
const columnsOnDevice = ({ kernel, channels }: Matrix): number => kernel ** 2 * UNIT * Math.ceil(channels / UNIT);
const ladder = ['int4', 'int8', 'f16', 'f32'] as const satisfies readonly WeightFormat[];
/** The format that rows of this length get when the model as a whole is kept in `wanted`. */
const formatOf = (columns: number, wanted: WeightFormat): WeightFormat =>
  ladder.slice(ladder.indexOf(wanted)).find((format) => columns % columnsMultiple(format) === 0) ?? 'f32';

function matrixBytes(matrix: Matrix, wanted: WeightFormat): number {
  const columns = columnsOnDevice(matrix);
  const { data, scales } = weightBytes(formatOf(columns, wanted), rowsOf(matrix), columns);
  return data + scales;
}

/** Every weight of a graph once, whichever operations share it. */
function weighed(graph: Graph) {
  const matrices = new Map<string, Matrix>();
  const vectors = new Map<string, number>();
  const folded = new Map<string, number>();
  for (const op of graph.ops) {
    const weights = weightsOf(op);
    // A linear layer reads a patch as one pixel: its taps follow one another without gaps.
    const read = (m: Matrix): Matrix =>
      op.kind === 'linear' ? { ...m, kernel: 1, channels: m.kernel ** 2 * m.channels } : m;
    for (const m of weights.matrices) matrices.set(m.names.join('+'), read(m));
    // A bias beside the time's projection is added to it before either is uploaded.
    const to = op.kind === 'conv' && op.shift ? folded : vectors;
    for (const v of weights.vectors) v.names.forEach((name, i) => to.set(name, v.rows[i]!));
  }
  const total = (of: ReadonlyMap<string, number>) => [...of.values()].reduce((a, b) => a + b, 0);
  let inMatrices = 0;
  for (const m of matrices.values()) inMatrices += rowsOf(m) * m.kernel ** 2 * m.channels;
  return { matrices: [...matrices.values()], inMatrices, inVectors: total(vectors), inFolded: total(folded) };
}

/** `also`: numbers beside the graph, `again`: how many of them the file repeats. */
function sized(graph: Graph, also: number, again = 0): NetworkSize {
  const { matrices, inMatrices, inVectors, inFolded } = weighed(graph);
  const parameters = inMatrices + inVectors + inFolded + also;
  const bytesIn = (format: WeightFormat): number =>
    matrices.reduce((sum, m) => sum + matrixBytes(m, format), 4 * inVectors);
  return {
    parameters,
    stored: parameters + again,
    bytes: Object.fromEntries(weightFormats.map((f) => [f, bytesIn(f)])) as Record<WeightFormat, number>,
    onProcessor: also,
  };
}

/** Numbers of two layers with their biases. */
const mlp = (inputs: number, width: number): number => (inputs + 1 + width + 1) * width;

function unetSize(config: UNetConfig): NetworkSize {
  const { time, classes, guidanceFeatures, addition } = config;
  const side = 2 ** (config.down.length - 1);
  const { width, features } = time;
  let also = mlp(features, width) + (guidanceFeatures ?? 0) * features;
  if (classes?.kind === 'table') also += classes.count * width;
  if (classes?.kind === 'timestep') also += mlp(features, width);
  if (addition) also += mlp(addition.inputs, width);
  return sized(unetGraph(config, { samples: 1, height: side, width: side, texts: 1, tokens: 1 }), also);
}

/** The file holds the embedding of time and class once for every block; they are copies. */
function ditSize(config: DitConfig): NetworkSize {
  const width = config.heads * config.headDim;
  const embedding = mlp(256, width) + (config.classes + 1) * width;
  const { patch } = config;
  const graph = ditGraph(config, { samples: 1, height: patch, width: patch });
  return sized(graph, embedding, (config.layers - 1) * embedding);
}

function clipSize(config: ClipTextConfig): NetworkSize {
  const { vocab, positions, width, projection } = config;
  const graph = clipGraph(config, { texts: 1, tokens: 1 }, { skip: 0, normed: true });
  return sized(graph, (vocab + positions + (projection ?? 0)) * width);
}

/** The half of an autoencoder that a run needs; a picture as a start needs the other one too. */
export function coderSize(config: AutoencoderConfig, half: 'encoder' | 'decoder'): NetworkSize {
  const sizes = { samples: 1, height: latentFactor(config), width: latentFactor(config) };
  return sized((half === 'decoder' ? decoderOf(config, sizes) : encoderOf(config, sizes)).graph, 0);
}

const sum = (a: NetworkSize, b: NetworkSize): NetworkSize => ({
  parameters: a.parameters + b.parameters,
  stored: a.stored + b.stored,
  bytes: Object.fromEntries(weightFormats.map((f) => [f, a.bytes[f] + b.bytes[f]])) as Record<WeightFormat, number>,
  onProcessor: a.onProcessor + b.onProcessor,
});

/** A whole network, from its configuration. */
export function networkSize(config: NetworkConfig): NetworkSize {
  switch (config.model) {
    case 'UNet2DModel':
    case 'UNet2DConditionModel':
      return unetSize(config);
    case 'DiTTransformer2DModel':
      return ditSize(config);
    case 'CLIPTextModel':
    case 'CLIPTextModelWithProjection':
      return clipSize(config);
    case 'AutoencoderKL':
    case 'AutoencoderTiny':
      return sum(coderSize(config, 'encoder'), coderSize(config, 'decoder'));
    default:
      return config satisfies never;
  }
}

/** Of a model: what lies on the device while the prompt is read, while steps are made, and while pictures come out. */
export interface PhaseBytes {
  readonly encode: number;
  readonly sample: number;
  readonly decode: number;
}

/**
 * Bytes of weights on the device at each phase. The text encoders are freed before the first step; the decoder is read
 * when a picture comes out, and the network stays for the next run.
 */
export function phaseBytes(
  parts: {
    readonly texts: readonly NetworkSize[];
    readonly network: NetworkSize;
    readonly decoder: NetworkSize | null;
  },
  format: WeightFormat,
  /** Sums of a decoder need their digits: 16 bits at least. */
  decoderFormat: WeightFormat = format === 'f32' ? 'f32' : 'f16',
): PhaseBytes {
  const network = parts.network.bytes[format];
  const decoder = parts.decoder?.bytes[decoderFormat] ?? 0;
  const most = Math.max(0, ...parts.texts.map((t) => t.bytes[format]));
  return { encode: most, sample: network, decode: network + decoder };
}
