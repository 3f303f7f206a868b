// A contender as a scheduler of diffusers: which class makes its steps there, and what its configuration says beside the
// model's own. One table for runs under diffusers' conventions and for scripts, so that both are the same run.
import { defaults } from '../../../core/field.ts';
import type { SchedulerClass } from '../../../formats/diffusers/schedulerTypes.ts';
import { contenderFields } from '../../../samplers/contenders/contender.ts';
import { samplers } from '../../../samplers/diffusion/index.ts';
import { schedules } from '../../../schedules/index.ts';
import type { PictureContender } from './experiment.ts';

export interface SchedulerChoice {
  readonly scheduler: SchedulerClass;
  /** Fields in which it goes its own way; all others are the model's: `Class.from_config(model's, **config)`. */
  readonly config: Readonly<Record<string, string | number | boolean>>;
}

/** How a class may be given its levels: by spacings of times alone, by rules too, or not at all. */
type Levels = 'times' | 'rules' | 'own';
type Solver = SchedulerChoice & { readonly levels: Levels };

function solverOf(c: PictureContender): Solver | string {
  const p = c.params;
  switch (c.sampler) {
    case 'euler':
      return { scheduler: 'EulerDiscreteScheduler', config: {}, levels: 'rules' };
    case 'ddim':
      return { scheduler: 'DDIMScheduler', config: {}, levels: 'times' };
    case 'dpmpp_2m':
      return {
        scheduler: 'DPMSolverMultistepScheduler',
        config: { algorithm_type: 'dpmsolver++', solver_order: 2, solver_type: 'midpoint', use_lu_lambdas: false },
        levels: 'rules',
      };
    case 'unipc':
      return p['corrector'] === true && p['lower_order_final'] === true
        ? {
            scheduler: 'UniPCMultistepScheduler',
            config: { solver_order: p['order'] as number, solver_type: p['variant'] as string },
            levels: 'rules',
          }
        : 'UniPC of diffusers corrects every step and lowers its order at the end, and this contender does not';
    case 'lcm':
      return { scheduler: 'LCMScheduler', config: {}, levels: 'own' };
    case 'consistency':
      return { scheduler: 'CMStochasticIterativeScheduler', config: {}, levels: 'own' };
    default:
      return `no scheduler of diffusers was compared with ${samplers[c.sampler].title}`;
  }
}

const flags = { karras: 'use_karras_sigmas', exponential: 'use_exponential_sigmas', beta_sigma: 'use_beta_sigmas' };
const spacings: readonly unknown[] = ['linspace', 'leading', 'trailing'];

/** What sets the levels; the ends and the table are the model's, whatever table a schedule names. */
function levelsOf(c: PictureContender, { scheduler, levels }: Solver): SchedulerChoice['config'] | string {
  // Its own list has places, by which a run may name them.
  if (c.schedule === 'explicit' && scheduler === 'CMStochasticIterativeScheduler') return {};
  if (c.schedule === 'explicit')
    return 'a scheduler of diffusers makes its levels itself, and this contender has a list';
  // Those have one way; a schedule that says otherwise would do nothing.
  const usual = scheduler === 'LCMScheduler' ? 'uniform' : 'karras';
  const { title } = schedules[c.schedule];
  if (levels === 'own')
    return c.schedule === usual
      ? {}
      : `${scheduler} has levels of its own; choose the schedule “${schedules[usual].title}” to say so`;
  const none = Object.fromEntries(Object.values(flags).map((flag) => [flag, false]));
  if (c.schedule === 'uniform') {
    const spacing = c.scheduleParams['spacing'];
    return spacings.includes(spacing)
      ? { timestep_spacing: spacing as string, ...(levels === 'rules' && none) }
      : `diffusers has no spacing “${String(spacing)}”`;
  }
  const flag = Object.entries(flags).find(([id]) => id === c.schedule)?.[1];
  if (flag === undefined) return `diffusers has no levels of the kind “${title}”`;
  if (levels === 'times') return `${scheduler} walks whole times and has no levels of the kind “${title}”`;
  const fields: Readonly<Record<string, unknown>> = defaults(contenderFields(c).scheduleParams as never);
  const odd = Object.keys(fields).find((key) => fields[key] !== c.scheduleParams[key]);
  return odd === undefined
    ? { ...none, [flag]: true }
    : `diffusers has “${title}” with ${odd} ${String(fields[odd])} alone, not ${String(c.scheduleParams[odd])}`;
}

/** The scheduler that makes a contender's steps, or why there is none, as a clause. */
export function schedulerOf(c: PictureContender): SchedulerChoice | string {
  const solver = solverOf(c);
  if (typeof solver === 'string') return solver;
  const levels = levelsOf(c, solver);
  return typeof levels === 'string' ? levels : { scheduler: solver.scheduler, config: { ...solver.config, ...levels } };
}
