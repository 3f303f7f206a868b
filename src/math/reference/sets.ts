/** Float64 references of the kernels that compare two sets of rows. */
type Numbers = ArrayLike<number>;

/** Σ |a_i − b_j| over rows j from `first` up to `end` of b, for every row i of a. */
export function distanceSums(a: Numbers, b: Numbers, dim: number, first: number, end: number): Float64Array {
  return Float64Array.from({ length: a.length / dim }, (_, i) => {
    let sum = 0;
    for (let j = first; j < end; j++) {
      let d = 0;
      for (let c = 0; c < dim; c++) d += (a[i * dim + c]! - b[j * dim + c]!) ** 2;
      sum += Math.sqrt(d);
    }
    return sum;
  });
}

/** x_i · direction for the n rows of x. */
export function projections(x: Numbers, direction: Numbers, n: number, dim: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    let v = 0;
    for (let c = 0; c < dim; c++) v += x[i * dim + c]! * direction[c]!;
    return v;
  });
}
