/** For tests only: the checkpoints of training/golden-diffusers and what diffusers and transformers make of them in float64. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { namesOf } from '../../formats/diffusers/tensors.ts';
import { parseUNetConfig } from '../../formats/diffusers/unet.ts';
import type { UNetConfig } from '../../formats/diffusers/unetTypes.ts';
import { parseSafetensors, type Safetensors, type Tensor } from '../../formats/safetensors.ts';
import { activations } from '../graph/activations.ts';
import type { GraphWeights } from '../graph/interpret.ts';
import { fileWeights } from './fileWeights.ts';
import { unetEmbedding } from './unetEmbedding.ts';

interface Stored {
  readonly shape: readonly number[];
  readonly data: string;
}
type Arrays = Readonly<Record<string, Stored>>;
interface Run {
  readonly inputs: Arrays;
  readonly outputs: Arrays;
}
export interface GoldenFile extends Run {
  readonly intermediates: Arrays;
  readonly small?: { readonly factor: number; readonly scaled: readonly string[]; readonly outputs: Arrays };
  readonly odd?: Run;
}

const folder = new URL('../../../training/golden-diffusers/', import.meta.url);

export const numbers = ({ data }: Stored): Float64Array =>
  new Float64Array(Uint8Array.from(Buffer.from(data, 'base64')).buffer);
/** (samples, channels, height, width) → (samples, height, width, channels). */
export function picture(stored: Stored): Float64Array {
  const [samples, channels, height, width] = stored.shape as [number, number, number, number];
  const from = numbers(stored);
  const pixels = height * width;
  const out = new Float64Array(from.length);
  for (let s = 0; s < samples; s++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < pixels; p++) out[(s * pixels + p) * channels + c] = from[(s * channels + c) * pixels + p]!;
  return out;
}
/** (samples, channels, height, width) → tokens of patches, (dy, dx, channel) innermost. */
export function patches(stored: Stored, patch: number): Float64Array {
  const [samples, channels, height, width] = stored.shape as [number, number, number, number];
  const from = picture(stored);
  const out = new Float64Array(from.length);
  let to = 0;
  for (let s = 0; s < samples; s++)
    for (let y = 0; y < height; y += patch)
      for (let x = 0; x < width; x += patch)
        for (let dy = 0; dy < patch; dy++, to += patch * channels) {
          const at = ((s * height + y + dy) * width + x) * channels;
          out.set(from.subarray(at, at + patch * channels), to);
        }
  return out;
}

/** Σ(a − b)²/Σb². */
export function nmse(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} numbers against ${b.length}`);
  let [error, power] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    error += (a[i]! - b[i]!) ** 2;
    power += b[i]! ** 2;
  }
  return error / power;
}

/** A family's configuration, tensors and expected values. */
export function goldenDiffusers(family: string) {
  const at = new URL(`${family}/`, folder);
  const parts = readdirSync(at)
    .filter((name) => name.endsWith('.safetensors'))
    .map((name) => parseSafetensors(new Uint8Array(readFileSync(new URL(name, at)))));
  const tensors = new Map<string, Tensor>(parts.flatMap((part) => [...part.tensors]));
  const file: Safetensors = { tensors, metadata: {} };
  if (!existsSync(new URL('golden.json', at))) throw new Error(`no golden values of ${family}`);
  return {
    configJson: new Uint8Array(readFileSync(new URL('config.json', at))),
    file,
    weights: fileWeights(file),
    golden: JSON.parse(readFileSync(new URL('golden.json', at), 'utf8')) as GoldenFile,
  };
}

/** The weights of the second run. */
export function scaledWeights(
  weights: GraphWeights,
  { factor, scaled }: NonNullable<GoldenFile['small']>,
): GraphWeights {
  const names = new Set(scaled);
  const by = (name: string, values: Float32Array) =>
    namesOf(name).some((stored) => names.has(stored)) ? values.map((v) => factor * v) : values;
  return {
    matrix: (name, rows, channels, kernel) => by(name, weights.matrix(name, rows, channels, kernel)),
    vector: (name, rows) => by(name, weights.vector(name, rows)),
  };
}

/** The inputs of a UNet's graph, from those of the library. */
export function unetInputs(config: UNetConfig, inputs: Arrays, weights: GraphWeights): Record<string, Float64Array> {
  const embedding = unetEmbedding(config, weights);
  const row = (name: string, i: number) => {
    const stored = inputs[name]!;
    const width = stored.shape[1] ?? 1;
    return numbers(stored).subarray(i * width, (i + 1) * width);
  };
  const rows = [0, 1].map((i) => {
    const time = embedding.time(row('timestep', i)[0]!, inputs['guidance'] && row('guidance', i)[0]!);
    const condition = embedding.condition({
      ...(inputs['class_labels'] && { label: row('class_labels', i)[0]! }),
      ...(inputs['text_embeds'] && { pooled: row('text_embeds', i), ids: [...row('time_ids', i)] }),
    });
    return time.map((v, k) => activations.silu(v + condition[k]!));
  });
  const context = inputs['encoder_hidden_states'];
  return {
    sample: picture(inputs['sample']!),
    embedding: Float64Array.from(rows.flatMap((values) => [...values])),
    ...(context && { context: numbers(context) }),
  };
}

/** A UNet's family, its sizes as the golden values have them. */
export function goldenUNet(family: string) {
  const made = goldenDiffusers(family);
  const config = parseUNetConfig(made.configJson);
  const sizesOf = ({ inputs }: Pick<Run, 'inputs'>) => {
    const [samples, , height, width] = inputs['sample']!.shape as [number, number, number, number];
    const tokens = made.golden.inputs['encoder_hidden_states']?.shape[1];
    return { samples, height, width, ...(tokens !== undefined && { texts: samples, tokens }) };
  };
  return { ...made, config, sizes: sizesOf(made.golden), sizesOf };
}
