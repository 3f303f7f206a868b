/**
 * Planes of height·width numbers, one after another, with every number replaced by the mean of its block of 2×2: the planes
 * of half the size, in which each number stands four times. The reference of the kernel `pool`.
 */
export function pool(x: Float64Array, height: number, width: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(x.length);
  for (let plane = 0; plane < x.length; plane += height * width)
    for (let i = 0; i < height; i += 2)
      for (let j = 0; j < width; j += 2) {
        const at = plane + i * width + j;
        const block = [at, at + 1, at + width, at + width + 1];
        const mean = block.reduce((s, k) => s + x[k]!, 0) / 4;
        for (const k of block) out[k] = mean;
      }
  return out;
}
