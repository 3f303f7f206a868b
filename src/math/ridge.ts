/**
 * Ridge regression by its normal equations: rows of `inputs` features to rows of `outputs` numbers, with a bias that is
 * not penalised. Rows are added in any number of batches; nothing of them is kept.
 */
export class Ridge {
  readonly #inputs: number;
  readonly #outputs: number;
  /** ΣFFᵀ and ΣFyᵀ, F with a 1 at its end. */
  readonly #square: Float64Array;
  readonly #cross: Float64Array;

  constructor(inputs: number, outputs: number) {
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#square = new Float64Array((inputs + 1) ** 2);
    this.#cross = new Float64Array((inputs + 1) * outputs);
  }

  add(features: ArrayLike<number>, targets: ArrayLike<number>): void {
    const size = this.#inputs + 1;
    const row = new Float64Array(size).fill(1);
    for (let r = 0; r * this.#inputs < features.length; r++) {
      for (let i = 0; i < this.#inputs; i++) row[i] = features[r * this.#inputs + i]!;
      for (let i = 0; i < size; i++) {
        const f = row[i]!;
        for (let j = 0; j <= i; j++) this.#square[i * size + j]! += f * row[j]!;
        for (let o = 0; o < this.#outputs; o++)
          this.#cross[i * this.#outputs + o]! += f * targets[r * this.#outputs + o]!;
      }
    }
  }

  /** Weights [outputs, inputs] and a bias. `share`: the penalty, of the features' mean square. */
  solve(share: number): { readonly weight: Float32Array; readonly bias: Float32Array } {
    const size = this.#inputs + 1;
    const a = this.#square.slice();
    let trace = 0;
    for (let i = 0; i < this.#inputs; i++) trace += a[i * size + i]!;
    for (let i = 0; i < this.#inputs; i++) a[i * size + i]! += (share * trace) / this.#inputs;
    const w = solvePositive(a, this.#cross.slice(), size);
    const at = (i: number, o: number) => w[i * this.#outputs + o]!;
    return {
      weight: Float32Array.from({ length: this.#inputs * this.#outputs }, (_, k) =>
        at(k % this.#inputs, Math.floor(k / this.#inputs)),
      ),
      bias: Float32Array.from({ length: this.#outputs }, (_, o) => at(this.#inputs, o)),
    };
  }
}

/**
 * X of A X = B by A = LLᵀ, A symmetric and positive definite, of which the lower half is read. RangeError where it is
 * not. Works in place.
 */
export function solvePositive(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const columns = b.length / size;
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let sum = a[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * size + k]! * a[j * size + k]!;
      if (i > j) a[i * size + j] = sum / a[j * size + j]!;
      else if (sum > 0) a[j * size + j] = Math.sqrt(sum);
      else throw new RangeError(`the equations have no one solution: pivot ${j} is ${sum}`);
    }
  }
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < size; i++) {
      let sum = b[i * columns + c]!;
      for (let k = 0; k < i; k++) sum -= a[i * size + k]! * b[k * columns + c]!;
      b[i * columns + c] = sum / a[i * size + i]!;
    }
    for (let i = size - 1; i >= 0; i--) {
      let sum = b[i * columns + c]!;
      for (let k = i + 1; k < size; k++) sum -= a[k * size + i]! * b[k * columns + c]!;
      b[i * columns + c] = sum / a[i * size + i]!;
    }
  }
  return b;
}
