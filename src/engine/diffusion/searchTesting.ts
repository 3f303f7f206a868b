// Searches on closed forms, in float64 from end to end. Only tests import this.
import { defaults } from '../../core/field.ts';
import type { Denoise } from './cpu.ts';
import { exactCarrier, runNoiseSearch, type SearchRun, type Searched } from './searchRun.ts';
import { newContender } from '../../samplers/contenders/contender.ts';
import type { Contender } from '../../samplers/contenders/types.ts';
import { searchContext } from '../../search/context.ts';
import { searches, type SearchId } from '../../search/index.ts';
import type { NoiseSearch, States } from '../../search/types.ts';

export const RANGE = { min: 0.02, max: 20 };
export const plain = newContender('euler', 20);

export interface TestSearch {
  readonly base?: Contender;
  readonly samples?: number;
  readonly seed?: number;
  readonly budget: number;
  readonly params?: object;
  readonly run?: Partial<SearchRun>;
  readonly range?: typeof RANGE;
}
export async function search(
  id: SearchId,
  denoise: Denoise,
  score: (x: States) => Float64Array,
  { base = plain, samples = 64, seed = 5, budget, params = {}, run = {}, range = RANGE }: TestSearch,
): Promise<Searched> {
  const method: NoiseSearch = searches[id];
  const context = searchContext(base, range, { samples, dim: 2, budget, seed });
  const made = method.search(context, { ...(defaults(method.params) as object), ...params });
  const carrier = exactCarrier(denoise, samples, 2);
  return (await runNoiseSearch(made, { carrier, seed, score, signal: new AbortController().signal, ...run }))!;
}

export const mean = (v: ArrayLike<number>): number => Array.from(v).reduce((a, b) => a + b, 0) / v.length;
/** The largest difference of two numbers. */
export const most = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((m, v, i) => Math.max(m, Math.abs(v - b[i]!)), 0);
