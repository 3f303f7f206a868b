/** What a model takes here, told before it is downloaded: from its configurations and what the adapter allows. Pure. */
import { weightFormats, type WeightFormat } from '../../core/weightFormat.ts';
import { networkParts, type NetworkPart } from '../../formats/diffusers/modelIndex.ts';
import { licenceLine, type Licence } from '../../formats/modelCard.ts';
import type { DiffusionModel } from '../../hub/diffusionConfigs.ts';
import { coderSize, networkSize, phaseBytes, type PhaseBytes } from '../../models/diffusers/memory.ts';
import { clipGraph } from '../../models/diffusers/clip.ts';
import { ditGraph } from '../../models/diffusers/dit.ts';
import { latentSize } from '../../models/diffusers/pipeline.ts';
import { unetGraph } from '../../models/diffusers/unet.ts';
import { decoderOf, encoderOf } from '../../models/diffusers/vae.ts';
import type { Graph } from '../../models/graph/types.ts';
import { activationPlan, type ActivationPlan } from './counting.ts';
import type { PictureSize } from './parts.ts';
import { pixelsPerLatent } from './pictures.ts';
import { readingOf } from './prompts.ts';

export interface FitAsk extends PictureSize {
  /** Pictures that pass through the network together, and passes of each: 2 with guidance. */
  readonly samples: number;
  readonly copies: 1 | 2;
  /** The run starts from a picture, which is encoded. */
  readonly fromPicture?: boolean;
}
export interface FitLimits {
  /** The adapter's. */
  readonly maxStorageBufferBindingSize: number;
  readonly maxBufferSize: number;
  readonly software: boolean;
  /** Bytes that a run may take on the device. */
  readonly memory: number;
}

export interface FormatFit {
  /** Of weights alone, and with activations; a few megabytes of a sampler's own states are not among them. */
  readonly weights: PhaseBytes;
  readonly bytes: PhaseBytes;
  readonly peak: number;
  /** Side of the largest square picture that fits, in pixels; null where none does. */
  readonly largest: number | null;
  /** Why what was asked does not fit in this format; null where it does. */
  readonly why: string | null;
}
export interface Fit {
  readonly download: {
    /** Bytes of weights by part, and of everything else. */
    readonly parts: readonly { readonly part: NetworkPart; readonly bytes: number }[];
    readonly small: number;
    readonly total: number;
  };
  readonly formats: Readonly<Record<WeightFormat, FormatFit>>;
  /** One line for the reader. */
  readonly licence: string;
}

/** Pictures are not tried beyond this side. */
const MOST = 2048;

interface Phase {
  readonly name: string;
  readonly plan: ActivationPlan;
}
/** Activations of each phase at a size; a sentence where the size cannot be had. */
type AtSize = { readonly encode: number; readonly sample: number; readonly decode: number } | string;

const numbers = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
/** `1.23 GB`, as downloads are counted. */
export const bytesText = (bytes: number): string => {
  const [unit, name] = bytes >= 1e9 ? [1e9, 'GB'] : [1e6, 'MB'];
  return `${numbers.format(bytes / unit)} ${name}`;
};
const sizeText = ({ height, width }: PictureSize): string => `${width}×${height}`;

function networkGraph({ network, texts }: DiffusionModel, size: PictureSize, { samples, copies }: FitAsk): Graph {
  const sizes = { height: size.height, width: size.width, samples: samples * copies };
  if (network.model === 'DiTTransformer2DModel') return ditGraph(network, sizes);
  const tokens = network.crossDim === null ? {} : { texts: copies, tokens: texts[0]?.config.positions ?? 77 };
  return unetGraph(network, { ...sizes, ...tokens });
}

/** Texts are encoded once whatever the size. */
function encoders({ texts }: DiffusionModel, planned: (graph: Graph) => ActivationPlan): readonly Phase[] {
  const reading = readingOf(texts.length, 0);
  return texts.map(({ part, config }) => ({
    name: part.replaceAll('_', ' '),
    plan: planned(clipGraph(config, { texts: 1, tokens: config.positions }, reading)),
  }));
}

function atSize(
  model: DiffusionModel,
  size: PictureSize,
  ask: FitAsk,
  limits: FitLimits,
  texts: readonly Phase[],
): AtSize {
  const limit = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  const planned = (graph: Graph) => activationPlan(graph, limits.software, limit);
  let network: Phase;
  let coders: Phase[];
  try {
    const latents = latentSize(size, model.vae);
    const { vae } = model;
    network = { name: 'network', plan: planned(networkGraph(model, latents, ask)) };
    const one = { samples: 1, ...latents };
    coders = vae
      ? [
          { name: 'decoder', plan: planned(decoderOf(vae, one).graph) },
          ...(ask.fromPicture ? [{ name: 'encoder', plan: planned(encoderOf(vae, one).graph) }] : []),
        ]
      : [];
  } catch (error) {
    // What a graph says of a size that it cannot be built for.
    if (error instanceof RangeError) return `Not at ${sizeText(size)}: ${error.message}.`;
    throw error;
  }
  const large = [network, ...coders, ...texts].find(({ plan }) => plan.largest > limit);
  if (large)
    return `At ${sizeText(size)} the ${large.name} has a tensor of ${bytesText(large.plan.largest)}, and this adapter binds at most ${bytesText(limit)} at once.`;
  const sample = network.plan.bytes;
  const coder = Math.max(0, ...coders.map(({ plan }) => plan.bytes));
  return { encode: Math.max(0, ...texts.map(({ plan }) => plan.bytes)), sample, decode: sample + coder };
}

const phases = {
  encode: 'while the prompt is read',
  sample: 'while steps are made',
  decode: 'while pictures are decoded',
} as const;

function sum(weights: PhaseBytes, at: Exclude<AtSize, string>): PhaseBytes {
  return {
    encode: weights.encode + at.encode,
    sample: weights.sample + at.sample,
    decode: weights.decode + at.decode,
  };
}
const peakOf = ({ encode, sample, decode }: PhaseBytes): number => Math.max(encode, sample, decode);

/** Sides of squares that are tried: multiples of eight latents, and of what the network halves or cuts. */
function stepOf({ network, vae }: DiffusionModel): number {
  const halved = network.model === 'DiTTransformer2DModel' ? network.patch : 2 ** (network.down.length - 1);
  return pixelsPerLatent(vae) * Math.max(8, halved);
}

/** The largest whole number up to `most` for which `fits` holds, 0 for none; it holds for all below one that it holds for. */
function largestWhere(most: number, fits: (n: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function download(model: DiffusionModel): Fit['download'] {
  const { networks, files } = model.files;
  const parts = networkParts.flatMap((part) => {
    const own = networks.get(part);
    return own ? [{ part, bytes: own.weights.reduce((n, f) => n + f.bytes, 0) }] : [];
  });
  const total = files.reduce((n, f) => n + f.bytes, 0);
  return { parts, small: total - parts.reduce((n, p) => n + p.bytes, 0), total };
}

/**
 * The plan of a run. The text encoders leave the device before the first step; the network stays while pictures are
 * decoded, for the next run.
 */
export function planOf(
  model: DiffusionModel,
  ask: FitAsk,
  limits: FitLimits,
  licence: Licence | null | undefined = undefined,
): Fit {
  const limit = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  const texts = encoders(model, (graph) => activationPlan(graph, limits.software, limit));
  const at = (size: PictureSize) => atSize(model, size, ask, limits, texts);
  const asked = at(ask);
  const step = stepOf(model);
  const squares = new Map<number, AtSize>();
  const square = (n: number): AtSize => {
    const found = squares.get(n) ?? at({ height: n * step, width: n * step });
    squares.set(n, found);
    return found;
  };
  const decoder = model.vae && coderSize(model.vae, 'decoder');
  const encoder = model.vae && ask.fromPicture ? coderSize(model.vae, 'encoder') : null;
  const larger = encoder && decoder && encoder.bytes.f32 > decoder.bytes.f32 ? encoder : decoder;
  const parts = {
    texts: model.texts.map(({ config }) => networkSize(config)),
    network: networkSize(model.network),
    decoder: larger,
  };
  const fitOf = (format: WeightFormat): FormatFit => {
    const weights = phaseBytes(parts, format);
    const fits = (n: number): boolean => {
      const found = square(n);
      return typeof found !== 'string' && peakOf(sum(weights, found)) <= limits.memory;
    };
    const largest = largestWhere(Math.floor(MOST / step), fits) * step || null;
    const more = largest === null ? 'No picture fits.' : `The largest square here is ${largest}×${largest}.`;
    if (typeof asked === 'string') {
      return { weights, bytes: weights, peak: peakOf(weights), largest, why: `${asked} ${more}` };
    }
    const bytes = sum(weights, asked);
    const peak = peakOf(bytes);
    const phase = (Object.keys(phases) as (keyof PhaseBytes)[]).find((name) => bytes[name] === peak)!;
    const over = `As ${format} it takes ${bytesText(peak)} ${phases[phase]}, and ${bytesText(limits.memory)} may be used.`;
    return { weights, bytes, peak, largest, why: peak > limits.memory ? `${over} ${more}` : null };
  };
  return {
    download: download(model),
    formats: Object.fromEntries(weightFormats.map((f) => [f, fitOf(f)])) as Record<WeightFormat, FormatFit>,
    licence:
      licence === undefined
        ? 'The licence is unknown here: read it where the model is published.'
        : licenceLine(licence),
  };
}
