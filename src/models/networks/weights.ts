import { requireTensor, toFloat32, type Safetensors, type Tensor } from '../../formats/safetensors.ts';
import type { Linear } from './layers.ts';

/** Name → shape of every tensor that a network reads. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

/** The two entries of a linear layer of that name. */
/** Multiply-adds of the matrices among named shapes, each as often as it is applied; label tables are only looked up. */
export const multiplyAdds = (shapes: Shapes, times: (name: string) => number): number =>
  [...shapes].reduce(
    (sum, [name, [rows, cols]]) =>
      name.endsWith('.weight') && name !== 'label.weight' ? sum + rows! * cols! * times(name) : sum,
    0,
  );

export const linearShapes = (name: string, out: number, into: number): [string, readonly number[]][] => [
  [`${name}.weight`, [out, into]],
  [`${name}.bias`, [out]],
];

/** All tensors of a network, checked against the shapes that its architecture implies. */
export function takeTensors(file: Safetensors, shapes: Shapes): ReadonlyMap<string, Tensor> {
  return new Map([...shapes].map(([name, shape]) => [name, requireTensor(file, name, shape)]));
}

export interface Floats {
  get(name: string): Float32Array;
  linear(name: string): Linear;
}

/** The same as float32 arrays, converted once. */
export function takeFloats(file: Safetensors, shapes: Shapes): Floats {
  const arrays = new Map([...takeTensors(file, shapes)].map(([name, tensor]) => [name, toFloat32(tensor)]));
  const get = (name: string) => {
    const array = arrays.get(name);
    if (!array) throw new RangeError(`tensor ${name} is not part of this network`);
    return array;
  };
  return { get, linear: (name) => ({ weight: get(`${name}.weight`), bias: get(`${name}.bias`) }) };
}
