/** Float64 references of the closed-form denoisers in the plane; `x` and the result are x, y pairs. */
export interface Component {
  readonly weight: number;
  readonly mean: readonly [number, number];
  readonly std: number;
}

export function mixtureDenoiser(x: ArrayLike<number>, components: readonly Component[], sigma: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = 0; i < x.length; i += 2) {
    const logs = components.map(({ weight, mean, std }) => {
      const v = std ** 2 + sigma ** 2;
      return Math.log(weight) - Math.log(v) - ((x[i]! - mean[0]) ** 2 + (x[i + 1]! - mean[1]) ** 2) / (2 * v);
    });
    const top = Math.max(...logs);
    const z = logs.reduce((s, l) => s + Math.exp(l - top), 0);
    components.forEach(({ mean, std }, k) => {
      const r = Math.exp(logs[k]! - top) / z;
      const v = std ** 2 + sigma ** 2;
      for (const e of [0, 1] as const) out[i + e]! += (r * (sigma ** 2 * mean[e] + std ** 2 * x[i + e]!)) / v;
    });
  }
  return out;
}

/** Σ softmax(−|x − y|²/2σ²)·y over points of any dimension. */
export function empiricalDenoiser(
  x: ArrayLike<number>,
  points: ArrayLike<number>,
  sigma: number,
  dim = 2,
): Float64Array {
  const out = new Float64Array(x.length);
  const n = points.length / dim;
  const logs = new Float64Array(n);
  for (let i = 0; i < x.length; i += dim) {
    let top = -Infinity;
    let z = 0;
    for (let j = 0; j < n; j++) {
      let d = 0;
      for (let c = 0; c < dim; c++) d += (x[i + c]! - points[j * dim + c]!) ** 2;
      logs[j] = -d / (2 * sigma ** 2);
      top = Math.max(top, logs[j]!);
    }
    for (let j = 0; j < n; j++) z += logs[j] = Math.exp(logs[j]! - top);
    for (let j = 0; j < n; j++) for (let c = 0; c < dim; c++) out[i + c]! += (logs[j]! / z) * points[j * dim + c]!;
  }
  return out;
}
