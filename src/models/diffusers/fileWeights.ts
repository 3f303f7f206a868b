import { channelsLast, checkMatrixShape, checkVectorShape, findTensor } from '../../formats/diffusers/tensors.ts';
import { toFloat32, type Safetensors } from '../../formats/safetensors.ts';
import type { GraphWeights } from '../graph/interpret.ts';

/** Weights of a whole file in memory, for the float64 interpreter. FormatError for what is missing or misshapen. */
export function fileWeights(file: Safetensors): GraphWeights {
  return {
    matrix(name, rows, channels, kernel) {
      const tensor = findTensor(file.tensors, name);
      checkMatrixShape(name, tensor.shape, rows, channels, kernel);
      return channelsLast(toFloat32(tensor), rows, channels, kernel);
    },
    vector(name, rows) {
      const tensor = findTensor(file.tensors, name);
      checkVectorShape(name, tensor.shape, rows);
      return toFloat32(tensor);
    },
  };
}

/** The same numbers as they are stored, for a loader that lays them out for a GPU. */
export const storedTensors = (file: Safetensors) => ({
  async matrix(name: string, rows: number, channels: number, kernel: number): Promise<Float32Array> {
    const tensor = findTensor(file.tensors, name);
    checkMatrixShape(name, tensor.shape, rows, channels, kernel);
    return toFloat32(tensor);
  },
  async vector(name: string, rows: number): Promise<Float32Array> {
    const tensor = findTensor(file.tensors, name);
    checkVectorShape(name, tensor.shape, rows);
    return toFloat32(tensor);
  },
});
