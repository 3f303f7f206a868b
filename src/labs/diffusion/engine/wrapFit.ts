// Numbers of a wrapper, fitted to the model at hand: one untouched run on noise that no comparison sees, looked at evaluation
// by evaluation on the device that computes everything else.
import '../../../wrappers/index.ts';
import { throwIfCancelled } from '../../../core/cancel.ts';
import type { Op } from '../../../samplers/diffusion/types.ts';
import { evaluationsOf } from '../../../samplers/diffusion/registers.ts';
import { roundFitted } from '../../../wrappers/fittedText.ts';
import { wrapperOf, type Fitted, type Seen } from '../../../samplers/contenders/wrapping.ts';
import type { Experiment } from '../config/experiment.ts';
import { FittedElsewhereError, soundPlan } from './attempt.ts';
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

/** The plan with a frame of each evaluation's state, of D, and of what the first block says where that is asked for. */
export function probed(
  ops: readonly Op[],
  early: boolean,
): { readonly ops: readonly Op[]; readonly sigmas: readonly number[] } {
  const first = ops.find((op) => op.op === 'mark');
  const sigmas: number[] = [];
  let step = 1;
  const frame = (x: string, sigma: number): Op => ({ op: 'mark', step: step++, sigma, x });
  const out = ops.flatMap((op): readonly Op[] => {
    if (op === first) return [op];
    if (op.op === 'mark') return [];
    const asked = evaluationsOf(op).filter(({ role = 'main' }) => role === 'main');
    if (asked.length === 0) return [op];
    return asked.flatMap((e): readonly Op[] => {
      sigmas.push(e.sigma);
      return [
        frame(e.x, e.sigma),
        ...(early
          ? [
              {
                op: 'eval',
                x: e.x,
                sigma: e.sigma,
                out: EARLY,
                part: { kind: 'exit', blocks: 1, head: 'own' },
              } as const,
              frame(EARLY, e.sigma),
            ]
          : []),
        { op: 'eval', ...e },
        frame(e.out, e.sigma),
      ];
    });
  });
  return { ops: out, sigmas };
}

export async function runWrapFit(
  session: Session,
  { experiment, contender, wrap }: WrapFitAsk,
  emit: (progress: WrapFitProgress) => void,
  signal: AbortSignal,
): Promise<Fitted> {
  const { problem } = await session.prepare(experiment, signal);
  throwIfCancelled(signal);
  const c = experiment.contenders[contender]!;
  const own = c.wraps![wrap]!;
  const fit = wrapperOf(own.id)!.fit!;
  const bare = { ...c, wraps: c.wraps!.slice(0, wrap) };
  // The wrapper acts before guidance, on what is asked of the model as a whole.
  delete (bare as { guide?: unknown }).guide;
  const { ops, sigmas } = probed(soundPlan(bare, experiment.model, problem.identity).ops, fit.early ?? false);
  const each = fit.early ? 3 : 2;
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
    d: marks[each + each * i]!.x,
  }));
  emit({ fraction: 1 });
  return roundFitted({
    evaluations: sigmas.length,
    samples: problem.key.samples,
    model: problem.identity,
    columns: fit.calibrate(seen, own.params),
  });
}
