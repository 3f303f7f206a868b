import { describe, expect, it } from 'vitest';
import { inverseFrequencies } from './rope.ts';

describe('inverseFrequencies', () => {
  it('llama3 at hand-made turns: kept above high, divided below low, blended between', () => {
    // Base 100, headDim 4: frequencies 1 and 0.1. Turns in a context of 20π: 10 and 1.
    const scaled = (low: number, high: number) =>
      inverseFrequencies(4, 100, {
        kind: 'llama3',
        factor: 8,
        lowFrequencyFactor: low,
        highFrequencyFactor: high,
        originalContext: 20 * Math.PI,
      });
    expect(scaled(2, 4)).toEqual([1, 0.1 / 8]);
    expect(scaled(0.5, 0.9)).toEqual([1, 0.1]);
    // Half way between 0 and 2 turns: the mean of 0.1 and 0.1/8.
    expect(scaled(1e-9, 2)[1]).toBeCloseTo(0.05625, 9);
    expect(scaled(5, 15)[0]).toBeCloseTo(0.5625, 12);
  });
  it('linear divides every frequency', () =>
    expect(inverseFrequencies(4, 100, { kind: 'linear', factor: 4 })).toEqual([0.25, 0.025]));
});
