// Every wrapper of the denoiser: one line each. Loaded when a link or an edit names one.
import { provideWrappers, type DenoiserWrapper } from '../samplers/contenders/wrapping.ts';
import { elsewhere } from './belonging.ts';
import { core2 } from './core2.ts';
import { distillationPp } from './distillationPp.ts';
import { bottleneck } from './bottleneck.ts';
import { earlyExit } from './earlyExit.ts';
import { ertaCache } from './ertaCache.ts';
import { firstBlockCache } from './firstBlockCache.ts';
import { patchParallel } from './patchParallel.ts';
import { reattention } from './reattention.ts';
import { guideReplay } from './guideReplay.ts';
import { minority } from './minority.ts';
import { refiner } from './refiner.ts';
import { taylorSeer } from './taylorSeer.ts';
import { teaCache } from './teaCache.ts';
import { formatWraps, parseWraps } from './text.ts';
import { uniformReuse } from './uniformReuse.ts';
import { zigzag } from './zigzag.ts';

export const wrappers = {
  reuse: uniformReuse,
  taylor: taylorSeer,
  erta: ertaCache,
  tea: teaCache,
  first_block: firstBlockCache,
  exit: earlyExit,
  strips: patchParallel,
  sparse: reattention,
  core2,
  refiner,
  distillation_pp: distillationPp,
  minority,
  guide: guideReplay,
  bottleneck,
  zigzag,
} as const satisfies Record<string, DenoiserWrapper>;

export type WrapperId = keyof typeof wrappers;

provideWrappers({ of: wrappers, parse: parseWraps, format: formatWraps, elsewhere });
