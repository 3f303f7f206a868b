import type { Vector, World } from './types.ts';

export interface ShownFrame {
  readonly step: number;
  readonly sigma: number;
  readonly x: Vector;
  readonly denoised?: Vector;
}
/** The frames from the start to the end. */
export type AdaptiveOracle<P> = (world: World, sigmas: readonly number[], x: Vector, params: P) => ShownFrame[];
