import { mean, type Candidate, type FitContext } from './types.ts';

/** Keeps the candidate that is best on held-out starts, and tells of it and of where the search is. */
export function bestOf({ distances, progress }: Pick<FitContext, 'distances' | 'progress'>) {
  let best: { readonly candidate: Candidate; readonly train: number; readonly valid: number } | null = null;
  return {
    best: (): Candidate | null => best?.candidate ?? null,
    /** `train`: its mean distance on the training starts, where that is known. */
    async hear(candidate: Candidate, fraction: number, train?: number): Promise<void> {
      const now = {
        train: train ?? mean(await distances(candidate, 'train')),
        valid: mean(await distances(candidate, 'valid')),
      };
      const better = Number.isFinite(now.valid) && (best === null || now.valid < best.valid);
      if (better) best = { candidate, ...now };
      progress({ fraction, now, ...(better && { best: best! }) });
    },
  };
}
