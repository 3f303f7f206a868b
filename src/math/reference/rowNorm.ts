type Numbers = ArrayLike<number>;

/** norm(x)·weight by rows of `width` (Zhang and Sennrich 2019), in float64. */
export function rmsRows(x: Numbers, width: number, weight: Numbers, epsilon: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let at = 0; at < x.length; at += width) {
    let squares = 0;
    for (let c = 0; c < width; c++) squares += x[at + c]! ** 2;
    const inverse = 1 / Math.sqrt(squares / width + epsilon);
    for (let c = 0; c < width; c++) out[at + c] = x[at + c]! * inverse * weight[c]!;
  }
  return out;
}
