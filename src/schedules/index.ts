import { ays } from './ays.ts';
import { betaSigma } from './betaSigma.ts';
import { betaTime } from './betaTime.ts';
import { bongTangent } from './bongTangent.ts';
import { cosine } from './cosine.ts';
import { exponential } from './exponential.ts';
import { flowShift } from './flowShift.ts';
import { flux } from './flux.ts';
import { karras } from './karras.ts';
import { klOptimal } from './klOptimal.ts';
import { laplace } from './laplace.ts';
import { lcmTimes } from './lcmTimes.ts';
import { linearQuadratic } from './linearQuadratic.ts';
import { logitNormal } from './logitNormal.ts';
import { optimalSteps } from './optimalSteps.ts';
import { smoothstep } from './smoothstep.ts';
import { turbo } from './turbo.ts';
import { uniform } from './uniform.ts';
import { vp } from './vp.ts';
import type { Schedule } from './types.ts';

/** The registry: one line per schedule. Menus, links, tests and tables iterate it. */
export const schedules = {
  karras,
  exponential,
  uniform,
  cosine,
  vp,
  flow_shift: flowShift,
  kl_optimal: klOptimal,
  ays,
  beta_time: betaTime,
  beta_sigma: betaSigma,
  linear_quadratic: linearQuadratic,
  bong_tangent: bongTangent,
  flux,
  optimal_steps: optimalSteps,
  logit_normal: logitNormal,
  laplace,
  smoothstep,
  lcm: lcmTimes,
  turbo,
} as const satisfies Record<string, Schedule>;

export type ScheduleId = keyof typeof schedules;
