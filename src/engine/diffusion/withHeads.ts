// Plans that leave a network early by fitted heads: the heads are fitted before the first of them runs, always in float64
// and from the same starts, so that one model has the same heads everywhere and a link need not carry them.
import type { ExitHeads } from '../../models/types.ts';
import { evaluationsOf } from '../../samplers/diffusion/registers.ts';
import type { Op } from '../../samplers/diffusion/types.ts';
import { loadLearned } from './loadLearned.ts';
import type { Backend, LoadWeights, ProblemKey } from './problem.ts';

export const asksHeads = (ops: readonly Op[]): boolean =>
  ops.flatMap(evaluationsOf).some(({ part }) => part?.kind === 'exit' && part.head === 'fitted');

/** A backend whose runs have heads where they ask for some. `tell` hears how far a fit is. */
export function withHeads(
  backend: Backend,
  load: LoadWeights,
  tell: (text: string, fraction: number) => void = () => {},
): Backend {
  const fitted = new Map<string, ExitHeads>();
  async function headsOf({ card }: ProblemKey, identity: string, signal: AbortSignal): Promise<ExitHeads | null> {
    const known = fitted.get(identity);
    if (known || !card.network) return known ?? null;
    const [{ fitExitHeads }, { info, tensors }] = await Promise.all([loadLearned(), load(card.folder!, signal)]);
    const progress = (fraction: number) => tell('Fitting heads to leave the network early', fraction);
    progress(0);
    const heads = await fitExitHeads(info, tensors, { range: card.range, progress, signal });
    if (heads) fitted.set(identity, heads);
    return heads;
  }
  return {
    kind: backend.kind,
    async prepare(key, signal) {
      const problem = await backend.prepare(key, signal);
      const run = problem.run.bind(problem);
      problem.run = async (plan, options) =>
        run(plan, {
          ...options,
          // One that chooses its own steps asks for whole passes.
          ...(typeof plan !== 'function' &&
            asksHeads(plan) && { heads: await headsOf(key, problem.identity, options.signal) }),
        });
      return problem;
    },
  };
}
