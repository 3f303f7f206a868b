import { booleanField, numberField } from '../core/field.ts';
import { bestOf } from './bestOf.ts';
import { evolve } from './evolve.ts';
import { mean, type Candidate, type ScheduleOptimiser } from './types.ts';

/** What step i of a plan may be; an order beyond what is known is none of its own. Order 1 is Euler's in both. */
export function choicesAt(i: number, orders: number, corrected: boolean): readonly string[] {
  const made = Array.from({ length: Math.min(orders, i + 1) }, (_, k) => k + 1).flatMap((order) =>
    order === 1 ? ['x1'] : [`x${order}`, `e${order}`],
  );
  return corrected ? made.flatMap((token) => [token, `${token}c`]) : made;
}

/**
 * S³: which kind of step to take at each level. Liu et al. 2023, https://arxiv.org/abs/2312.07243: per step the variable that is
 * interpolated, the order and whether a corrector follows. The paper's search trains a predictor of losses to save them; here a
 * loss costs milliseconds, and plain evolution asks for it. The last step returns D, whatever the plan.
 */
export const s3: ScheduleOptimiser<{ losses: number; orders: number; corrected: boolean }> = {
  id: 's3',
  title: 'S³ (USF)',
  paper: {
    title: 'A Unified Sampling Framework for Solver Searching of Diffusion Probabilistic Models',
    url: 'https://arxiv.org/abs/2312.07243',
  },
  summary: 'Chooses each step’s variable, order and corrector by evolution, for this model and these levels.',
  tunes: 'choices',
  sampler: 'composed',
  needsEnds: true,
  forImages: { losses: 40 },
  evaluations: ({ nfe }, { losses }) => nfe * (losses + 12),
  params: {
    losses: numberField({
      label: 'Plans',
      help: 'How many plans are tried.',
      default: 300,
      min: 10,
      max: 5000,
      integer: true,
      log: true,
    }),
    orders: numberField({
      label: 'Orders to',
      help: 'The highest order of a step.',
      default: 3,
      min: 2,
      max: 4,
      integer: true,
    }),
    corrected: booleanField({
      label: 'Correctors',
      help: 'Whether the next evaluation may correct a step.',
      default: true,
    }),
  },
  async fit(context, { losses, orders, corrected }) {
    const { steps, start, seed, distances } = context;
    if (steps === 1) return start;
    const choices = Array.from({ length: steps - 1 }, (_, i) => choicesAt(i, orders, corrected));
    const candidate = (plan: readonly string[]): Candidate => ({ ...start, params: { plan: plan.join('_') } });
    // A plan of one kind throughout: what samplers that people use are.
    const uniform = (of: string, order: number) =>
      choices.map((list, i) =>
        list.find((token) => token === `${i === 0 || order === 1 ? 'x' : of}${Math.min(order, i + 1)}`)!,
      );
    const kinds = Array.from({ length: orders }, (_, k) => k + 1).flatMap((order) => [
      uniform('x', order),
      uniform('e', order),
    ]);
    const seeds = kinds.filter((plan, k) => kinds.findIndex((other) => other.join() === plan.join()) === k);
    const keeper = bestOf(context);
    let least = Infinity;
    const loss = async (plan: readonly string[]) => mean(await distances(candidate(plan), 'train'));
    for await (const { plan, loss: train, asked } of evolve(loss, { choices, seeds, budget: losses, seed })) {
      if (train < least) {
        least = train;
        await keeper.hear(candidate(plan), asked / losses, train);
      } else context.progress({ fraction: asked / losses });
    }
    context.progress({ fraction: 1 });
    return keeper.best() ?? start;
  },
};
