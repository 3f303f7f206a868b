// What a search for the best has found, in whatever lab: its order, and its file.
import { csv, type CsvCell } from '../../core/csv.ts';
import type { Candidate, Found, Progress, Standing } from '../../experiments/search/search.ts';

export interface Finding<C extends Candidate> {
  readonly phase: 'idle' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: Progress<C> | null;
  readonly remainingMs: number | null;
  readonly found: Found<C> | null;
  /** Why settings gave no number, by their key. */
  readonly failed: Readonly<Record<string, string>>;
}
export const NO_FINDING: Finding<never> = { phase: 'idle', progress: null, remainingMs: null, found: null, failed: {} };

const FATES: readonly Standing<Candidate>['fate'][] = ['in', 'set aside', 'worse', 'failed'];

/** All that was tried: those still in first, then those given up, those shown to be worse and those without a number. */
export const inOrder = <C extends Candidate>(
  standings: readonly Standing<C>[],
  better: 'lower' | 'higher',
): Standing<C>[] =>
  standings.toSorted((a, b) => {
    const fate = FATES.indexOf(a.fate) - FATES.indexOf(b.fate);
    const value = (s: Standing<C>) => (better === 'lower' ? 1 : -1) * (s.mean ?? Infinity);
    return fate || value(a) - value(b);
  });

/** RFC 4180: the finalists on fresh seeds, then everything that was tried, then what `about` says of the search. */
export function findingCsv<C extends Candidate>(
  { found, failed }: Pick<Finding<C>, 'found' | 'failed'>,
  metric: string,
  about: readonly (readonly CsvCell[])[],
): string {
  if (!found) return '';
  return csv([
    ['contender', 'stage', 'seeds', metric, 'verdict', 'note'],
    ...found.finalists.map((f) => [f.candidate.key, 'fresh seeds', f.seeds, f.mean, f.verdict, '']),
    ...found.standings.map((s) => [s.candidate.key, 'search', s.seeds, s.mean, s.fate, failed[s.candidate.key] ?? '']),
    [],
    ...about,
  ]);
}
