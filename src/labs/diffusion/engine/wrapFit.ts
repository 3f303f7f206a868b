// Numbers of a wrapper, fitted to the model at hand: one untouched run on noise that no comparison sees, looked at evaluation
// by evaluation on the device that computes everything else.
import '../../../wrappers/index.ts';
import { throwIfCancelled } from '../../../core/cancel.ts';
import type { Op } from '../../../samplers/diffusion/types.ts';
import { evaluationsOf } from '../../../samplers/diffusion/registers.ts';
import { roundFitted } from '../../../wrappers/fittedText.ts';
import { wrapperOf, type Fitted, type Seen } from '../../../samplers/contenders/wrapping.ts';
import type { Experiment } from '../config/experiment.ts';
import { guidedOps } from '../../../samplers/contenders/contender.ts';
import { fittedIdentity } from '../../../wrappers/belonging.ts';
import { FittedElsewhereError, guidedBy, soundPlan } from './attempt.ts';
import { fitSeeds, WalkTooLongError } from './fitRuns.ts';
import type { Session } from './session.ts';

export { FittedElsewhereError };

export interface WrapFitAsk {
  readonly experiment: Experiment;
  readonly contender: number;
  /** Which of its wrappers; those before it act, those after it do not. */
  readonly wrap: number;
}
export interface WrapFitProgress {
  readonly fraction: number;
}

const EARLY = 'p.early';
const SAID = 'p.said';

/** What a fit wants to see of each evaluation beside the state and D. */
export interface Looks {
  readonly early?: boolean;
  readonly guided?: boolean;
}

/**
 * The plan with a frame of each evaluation's state, of what the first block and the class alone say where that is asked
 * for, and of D. `guide` is written between: what a frame stands for is not touched by it.
 */
export function probed(
  ops: readonly Op[],
  { early = false, guided = false }: Looks,
  guide: (ops: readonly Op[]) => readonly Op[] = (same) => same,
): { readonly ops: readonly Op[]; readonly sigmas: readonly number[]; readonly each: number } {
  const sigmas: number[] = [];
  // A note that nobody carries out: guidance counts the steps by the plan's own frames.
  const frame = (x: string): Op => ({ op: 'send', from: FRAME, to: FRAME, x });
  const noted = ops.flatMap((op): readonly Op[] => {
    const asked = evaluationsOf(op).filter(({ role = 'main' }) => role === 'main');
    if (asked.length === 0) return [op];
    return asked.flatMap((e): readonly Op[] => {
      sigmas.push(e.sigma);
      const also = (out: string, how: Partial<Extract<Op, { op: 'eval' }>>): readonly Op[] => [
        { op: 'eval', x: e.x, sigma: e.sigma, out, ...how },
        frame(out),
      ];
      return [
        frame(e.x),
        ...(early ? also(EARLY, { part: { kind: 'exit', blocks: 1, head: 'own' } }) : []),
        ...(guided ? also(SAID, { role: 'class' }) : []),
        { op: 'eval', ...e },
        frame(e.out),
      ];
    });
  });
  let step = 0;
  const out = guide(noted).flatMap((op): readonly Op[] => {
    if (op.op === 'mark') return step === 0 ? [{ ...op, step: step++ }] : [];
    if (op.op !== 'send') return [op];
    return op.from === FRAME ? [{ op: 'mark', step: step++, sigma: 0, x: op.x }] : [];
  });
  return { ops: out, sigmas, each: 2 + Number(early) + Number(guided) };
}
const FRAME = -1;

export async function runWrapFit(
  session: Session,
  { experiment, contender, wrap }: WrapFitAsk,
  emit: (progress: WrapFitProgress) => void,
  signal: AbortSignal,
): Promise<Fitted> {
  const { problem } = await session.prepare(experiment, signal);
  const { identity } = problem;
  throwIfCancelled(signal);
  const c = experiment.contenders[contender]!;
  const own = c.wraps![wrap]!;
  const fit = wrapperOf(own.id)!.fit!;
  const bare = { ...c, wraps: c.wraps!.slice(0, wrap) };
  // A wrapper acts before guidance, on what is asked of the model as a whole.
  delete (bare as { guide?: unknown }).guide;
  const plan = soundPlan(bare, experiment, identity).ops;
  const { ops, sigmas, each } = probed(plan, fit, fit.guided ? (list) => guidedOps(c, list) : undefined);
  const { marks } = await problem.run(ops, {
    seed: fitSeeds(experiment.seed).train,
    signal,
    onFrame: ({ step }) => emit({ fraction: Math.min(1, step / (each * sigmas.length)) }),
  });
  if (marks.length !== 1 + each * sigmas.length)
    throw new WalkTooLongError(
      `${1 + each * sigmas.length} states of ${problem.key.samples} samples are more than is kept of a run.`,
    );
  const seen = sigmas.map((sigma, i): Seen => ({
    sigma,
    x: marks[1 + each * i]!.x,
    early: fit.early ? marks[2 + each * i]!.x : null,
    ...(fit.guided && { said: marks[each - 1 + each * i]!.x }),
    d: marks[each + each * i]!.x,
  }));
  emit({ fraction: 1 });
  return roundFitted({
    evaluations: sigmas.length,
    samples: problem.key.samples,
    model: fittedIdentity(fit.guided ?? false, identity, guidedBy(experiment, c)),
    columns: fit.calibrate(seen, own.params, problem.key.card.shape.dim),
  });
}
