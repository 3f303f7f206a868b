import { describe, expect, it } from 'vitest';
import { normals } from './normal.ts';
import { Ridge, solvePositive } from './ridge.ts';

describe('ridge regression', () => {
  it('finds an affine map from its values, in batches as at once', () => {
    const [inputs, outputs, rows] = [4, 3, 40];
    const weight = normals(1, 0, outputs, inputs);
    const bias = [0.5, -2, 7];
    const features = normals(2, 0, rows, inputs);
    const targets = Float64Array.from({ length: rows * outputs }, (_, at) => {
      const [r, o] = [Math.floor(at / outputs), at % outputs];
      return (
        bias[o]! +
        Array.from({ length: inputs }, (_, i) => weight[o * inputs + i]! * features[r * inputs + i]!).reduce(
          (a, b) => a + b,
        )
      );
    });
    const fit = new Ridge(inputs, outputs);
    fit.add(features.subarray(0, 12), targets.subarray(0, 9));
    fit.add(features.subarray(12), targets.subarray(9));
    const found = fit.solve(0);
    weight.forEach((w, i) => expect(found.weight[i]).toBeCloseTo(w, 6));
    bias.forEach((b, o) => expect(found.bias[o]).toBeCloseTo(b, 6));
  });
  it('the penalty is of the weights alone: a huge one leaves the mean', () => {
    const fit = new Ridge(1, 1);
    fit.add([-1, 0, 1], [1, 3, 8]);
    expect(fit.solve(1e9).weight[0]).toBeCloseTo(0, 6);
    expect(fit.solve(1e9).bias[0]).toBeCloseTo(4, 6);
    // (2 + 2λ)w = 7, as the features' sum of squares is 2 and their mean square over the one feature is that sum.
    expect(fit.solve(0.75).weight[0]).toBeCloseTo(2, 6);
  });
  it('two features that are one have no one solution', () => {
    const fit = new Ridge(2, 1);
    fit.add([1, 1, 2, 2, 3, 3], [1, 2, 3]);
    expect(() => fit.solve(0)).toThrow('no one solution');
    expect(solvePositive(Float64Array.from([4, 0, 2, 5]), Float64Array.from([8, 14]), 2)).toEqual(
      Float64Array.from([0.75, 2.5]),
    );
  });
});
