import { channelsLast } from '../../formats/diffusers/tensors.ts';
import type { GraphWeights } from '../graph/interpret.ts';

/** Where single tensors can be had in a while. */
export interface TensorsInTime {
  matrix(name: string, rows: number, channels: number, kernel: number): Promise<Float32Array>;
  vector(name: string, rows: number): Promise<Float32Array>;
}

/**
 * Makes something that reads weights at once from weights that come in time: `make` is called with zeros to learn what
 * it reads, and again with the numbers. It must read the same whatever they are.
 */
export async function withWeights<T>(make: (w: GraphWeights) => T, from: TensorsInTime): Promise<T> {
  const wanted = new Map<string, () => Promise<Float32Array>>();
  make({
    matrix(name, rows, channels, kernel) {
      wanted.set(name, async () =>
        channelsLast(await from.matrix(name, rows, channels, kernel), rows, channels, kernel),
      );
      return new Float32Array(rows * channels * kernel ** 2);
    },
    vector(name, rows) {
      wanted.set(name, () => from.vector(name, rows));
      return new Float32Array(rows);
    },
  });
  const read = new Map<string, Float32Array>();
  for (const [name, get] of wanted) read.set(name, await get());
  const known = (name: string): Float32Array => {
    const values = read.get(name);
    if (!values) throw new RangeError(`${name} was not asked for at first`);
    return values;
  };
  return make({ matrix: known, vector: known });
}
