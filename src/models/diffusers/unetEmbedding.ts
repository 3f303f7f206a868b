import type { UNetConfig } from '../../formats/diffusers/unetTypes.ts';
import { activations } from '../graph/activations.ts';
import type { GraphWeights } from '../graph/interpret.ts';
import { product } from '../graph/tokenOps.ts';
import { sinusoids } from './sinusoids.ts';

/** What a network is told beside the time, constant over a run. */
export interface UNetCondition {
  /** For networks with classes: the label. */
  readonly label?: number;
  /** For SDXL: the pooled embedding of the text, and height, width, crop top, crop left, target height and width. */
  readonly pooled?: Float64Array;
  readonly ids?: readonly number[];
}

/** The time embedding of a UNet in float64; e = time + condition, and resnets read silu(e). */
export interface UNetEmbedding {
  readonly width: number;
  /** `guidance` for networks that a guidance weight was distilled into. */
  time(t: number, guidance?: number): Float64Array;
  /** Zeros for networks without conditions. RangeError when a condition that the network needs is missing. */
  condition(c: UNetCondition): Float64Array;
}

/** Two layers with SiLU between. */
function mlp(w: GraphWeights, name: string, inputs: number, width: number) {
  const layer = (part: string, columns: number) => ({
    weight: w.matrix(`${name}.${part}.weight`, width, columns, 1),
    bias: w.vector(`${name}.${part}.bias`, width),
    columns,
  });
  const layers = [layer('linear_1', inputs), layer('linear_2', width)] as const;
  return (x: Float64Array): Float64Array => {
    const [first, second] = layers;
    const hidden = product(x, 1, first.columns, first.weight, width, first.bias).map(activations.silu);
    return product(hidden, 1, second.columns, second.weight, width, second.bias);
  };
}

/** Reads the small matrices of the embedding. FormatError for what the file lacks. */
export function unetEmbedding(config: UNetConfig, w: GraphWeights): UNetEmbedding {
  const { time, classes, guidanceFeatures, addition } = config;
  const { width, features } = time;
  const ofTime = (t: number) => sinusoids(t, features, time.cosineFirst, time.shift);
  const embed = mlp(w, 'time_embedding', features, width);
  const guide =
    guidanceFeatures === null ? null : w.matrix('time_embedding.cond_proj.weight', features, guidanceFeatures, 1);
  const table = classes?.kind === 'table' ? w.matrix('class_embedding.weight', classes.count, width, 1) : null;
  const byNumber = classes?.kind === 'timestep' ? mlp(w, 'class_embedding', features, width) : null;
  const added = addition && mlp(w, 'add_embedding', addition.inputs, width);

  return {
    width,
    time(t, guidance) {
      const x = ofTime(t);
      if (guide && guidanceFeatures !== null) {
        if (guidance === undefined) throw new RangeError('this network is told its guidance weight, and none is given');
        // https://arxiv.org/abs/2310.04378, as published with LCM_Dreamshaper: sines first, 1000·(w − 1), shift 1.
        const scaled = sinusoids(1000 * (guidance - 1), guidanceFeatures, false, 1);
        product(scaled, 1, guidanceFeatures, guide, features, null).forEach((v, i) => {
          x[i]! += v;
        });
      }
      return embed(x);
    },
    condition({ label, pooled, ids }) {
      if (classes) {
        if (label === undefined) throw new RangeError('this network needs a class, and none is given');
        if (byNumber) return byNumber(ofTime(label));
        if (!(label >= 0 && label < classes.count)) throw new RangeError(`class ${label} of ${classes.count}`);
        return Float64Array.from(table!.subarray(label * width, (label + 1) * width));
      }
      if (!addition || !added) return new Float64Array(width);
      if (!pooled || !ids)
        throw new RangeError('this network needs a pooled text embedding and a size, and none is given');
      const sizes = ids.flatMap((id) => [...sinusoids(id, addition.features, time.cosineFirst, time.shift)]);
      const x = Float64Array.from([...pooled, ...sizes]);
      if (x.length !== addition.inputs)
        throw new RangeError(
          `${pooled.length} numbers of text and ${sizes.length} of size; ${addition.inputs} are needed`,
        );
      return added(x);
    },
  };
}
