// Statistical tests. Seeds are fixed, so an outcome does not change from run to run; each case states its number of
// draws and the smallest bias that it detects with probability 0.8.
import type { Env, Planned } from './types.ts';
import { decodingCases } from './statistics/decoding.ts';
import { drawCases } from './statistics/draws.ts';
import { normalCases } from './statistics/normals.ts';
import { sdeCases } from './statistics/sdes.ts';

export function plan(env: Env): Planned {
  const draws = drawCases(env);
  return {
    cases: [...normalCases(env), ...sdeCases(env), ...draws.cases, ...decodingCases()],
    ...(draws.notRun && { notRun: draws.notRun }),
  };
}
