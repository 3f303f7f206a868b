/** Float64 references of the kernels of a mixture of experts: the plainest loops, to be read beside the WGSL. */
type Numbers = ArrayLike<number>;

export interface Routed {
  /** (rows, used): experts, the largest logit first; of equal ones the first expert. */
  readonly chosen: Uint32Array<ArrayBuffer>;
  /** (rows, used). */
  readonly weights: Float64Array<ArrayBuffer>;
}

/**
 * The `used` largest of each row's `experts` logits and their softmax, among all experts or, `normalised`, among those
 * chosen (Jiang et al. 2024, https://arxiv.org/abs/2401.04088, eq. 2).
 */
export function routeExperts(logits: Numbers, experts: number, used: number, normalised: boolean): Routed {
  const rows = logits.length / experts;
  const chosen = new Uint32Array(rows * used);
  const weights = new Float64Array(rows * used);
  for (let r = 0; r < rows; r++) {
    const own = Array.from({ length: experts }, (_, e) => logits[r * experts + e]!);
    const order = own.map((_, e) => e).sort((a, b) => own[b]! - own[a]! || a - b);
    const first = order.slice(0, used);
    const largest = own[first[0]!]!;
    const sum = (normalised ? first : order).reduce((n, e) => n + Math.exp(own[e]! - largest), 0);
    chosen.set(first, r * used);
    weights.set(
      first.map((e) => Math.exp(own[e]! - largest) / sum),
      r * used,
    );
  }
  return { chosen, weights };
}

export interface Grouped {
  /** Slots by expert, each expert's in order. */
  readonly order: Uint32Array<ArrayBuffer>;
  /** (expert, first place in `order`, slots, 0) of products of up to `tile` slots. */
  readonly tiles: readonly (readonly [number, number, number, number])[];
}

/** A stable sort of slots by the expert that each chose. */
export function groupExperts(chosen: ArrayLike<number>, experts: number, tile: number): Grouped {
  const groups = Array.from({ length: experts }, (): number[] => []);
  for (let s = 0; s < chosen.length; s++) groups[chosen[s]!]!.push(s);
  const tiles: [number, number, number, number][] = [];
  let at = 0;
  groups.forEach((slots, e) => {
    for (let i = 0; i < slots.length; i += tile) tiles.push([e, at + i, Math.min(tile, slots.length - i), 0]);
    at += slots.length;
  });
  return { order: Uint32Array.from(groups.flat()), tiles };
}

/** Σ_j weights[r, j]·outputs[r, j, ·] (+ σ(gate[r])·shared[r, ·]); (rows, width). */
export function combineExperts(
  outputs: Numbers,
  weights: Numbers,
  used: number,
  width: number,
  shared?: { readonly outputs: Numbers; readonly gate: Numbers },
): Float64Array {
  const out = new Float64Array((weights.length / used) * width);
  for (let i = 0; i < out.length; i++) {
    const [r, c] = [Math.floor(i / width), i % width];
    for (let j = 0; j < used; j++) out[i]! += weights[r * used + j]! * outputs[(r * used + j) * width + c]!;
    if (shared) out[i]! += shared.outputs[i]! / (1 + Math.exp(-shared.gate[r]!));
  }
  return out;
}
