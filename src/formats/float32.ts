// Apart from safetensors.ts, whose parser is loaded with the first model that has weights.
import { bfloatToFloat, halfToFloat } from './half.ts';
import type { Tensor } from './safetensors.ts';

/** The values as float32: F32 is the file's own memory, the others are converted exactly. */
export function toFloat32(tensor: Tensor): Float32Array {
  if (tensor.dtype === 'F32') return tensor.data;
  if (tensor.dtype === 'U8') return Float32Array.from(tensor.data);
  return tensor.dtype === 'F16' ? halfToFloat(tensor.data) : bfloatToFloat(tensor.data);
}
