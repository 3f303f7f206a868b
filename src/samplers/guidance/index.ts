import { apg } from './apg.ts';
import { autoguidance } from './autoguidance.ts';
import { cfg } from './cfg.ts';
import { cfgZero } from './cfgZero.ts';
import { interval } from './interval.ts';
import { perpNeg } from './perpNeg.ts';
import { rescaled } from './rescale.ts';
import { dynamicThresholding, mimicThresholding } from './thresholding.ts';
import type { GuidanceMethod } from './types.ts';

/** The registry: one line per method. Menus, links, tests and tables iterate it. */
export const guidances = {
  cfg,
  rescale: rescaled,
  interval,
  apg,
  cfg_zero: cfgZero,
  autoguidance,
  perp_neg: perpNeg,
  dynamic_thresholding: dynamicThresholding,
  mimic_thresholding: mimicThresholding,
} as const satisfies Record<string, GuidanceMethod>;

export type GuidanceId = keyof typeof guidances;
export const guidanceIds = Object.keys(guidances) as readonly GuidanceId[];
export const guidanceOf = (id: GuidanceId): GuidanceMethod => guidances[id];
