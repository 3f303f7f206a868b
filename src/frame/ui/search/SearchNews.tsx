import type { Candidate } from '../../../experiments/search/search.ts';
import type { Finding } from '../../state/finding.ts';
import { seconds } from '../format.ts';

const STAGE = {
  halving: 'halving the field',
  moving: 'trying what is near the best',
  validating: 'the finalists on fresh seeds',
} as const;

export const HOW_IT_SEARCHES =
  'All start on two seeds; the worse half goes, the seeds double. What is left tries its neighbours: one parameter moved, another schedule. The finalists and your first contender then meet on seeds that no decision has seen, and only that decides.';

/** How far a search has come. */
export function SearchNews<C extends Candidate>({
  finding: { phase, progress, remainingMs },
}: {
  readonly finding: Finding<C>;
}) {
  if (phase !== 'running') return null;
  return (
    <p className="fine" role="status">
      <progress max={progress?.runs ?? 1} value={progress?.spent ?? 0} />{' '}
      {progress ? `${STAGE[progress.stage]}, ${progress.spent} runs` : 'the first seeds of all settings'}
      {remainingMs !== null && `; ${seconds(remainingMs)} left at most`}
    </p>
  );
}
