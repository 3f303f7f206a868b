// How far noise searches got that were ended before all was done: in words, and as the list of what never came to its end. Pure.
import { linesOf, type SeekSetup } from '../config/seekSetup.ts';
import type { SeekState } from './seekSession.ts';

export type Told = Pick<SeekState, 'setup' | 'cells' | 'skipped' | 'dropped' | 'stoppedAt'>;
export interface Place {
  readonly line: number;
  readonly budget: number;
  readonly seed: number;
}

const seedsOf = ({ seed, seeds }: SeekSetup): readonly number[] =>
  Array.from({ length: seeds }, (_, k) => (seed + k) >>> 0);

/** Everything that was asked and can be had, in the order in which it runs: what is too small or failed is told elsewhere. */
function asked({ setup, skipped, dropped }: Told): readonly Place[] {
  if (!setup) return [];
  const lines = [...linesOf(setup).keys()].filter((line) => !(line in dropped));
  return seedsOf(setup).flatMap((seed) =>
    setup.budgets.flatMap((budget) =>
      lines
        .filter((line) => !skipped.some((s) => s.line === line && s.budget === budget))
        .map((line) => ({ line, budget, seed })),
    ),
  );
}
const hasCell = ({ cells }: Pick<Told, 'cells'>, p: Place, ended: boolean): boolean =>
  cells.some((c) => c.line === p.line && c.budget === p.budget && c.seed === p.seed && (ended || !c.stopped));

/** What was not begun when the searches were ended; nothing while they run or after all of it. */
export const notBegun = (told: Told): readonly Place[] =>
  told.stoppedAt === null ? [] : asked(told).filter((p) => !hasCell(told, p, true));

const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`;
const counted = (word: string, of: readonly unknown[]): string => `${word}${of.length === 1 ? '' : 's'}`;

/** "seed 0 alone, budgets 8 and 16", a budget that not every search came to the end of as such. */
function finishedWords(told: Told): string {
  const setup = told.setup!;
  const places = asked(told);
  const groups: { seeds: number[]; budgets: readonly string[] }[] = [];
  for (const seed of seedsOf(setup)) {
    const budgets = setup.budgets.flatMap((budget) => {
      const own = places.filter((p) => p.seed === seed && p.budget === budget);
      const finished = own.filter((p) => hasCell(told, p, false)).length;
      if (finished === 0) return [];
      return [finished < own.length ? `${budget} (${finished} of ${own.length} searches)` : String(budget)];
    });
    if (budgets.length === 0) continue;
    const last = groups.at(-1);
    if (last && last.budgets.join() === budgets.join()) last.seeds.push(seed);
    else groups.push({ seeds: [seed], budgets });
  }
  if (groups.length === 0) return 'nothing was finished';
  const alone = setup.seeds > 1 && groups.length === 1 && groups[0]!.seeds.length === 1 ? ' alone' : '';
  return groups
    .map(
      ({ seeds, budgets }) =>
        `${counted('seed', seeds)} ${list(seeds.map(String))}${alone}, ${counted('budget', budgets)} ${list(budgets)}`,
    )
    .join('; ');
}

/** What there is of what was asked, after a stop: null before one. */
export function stopLine(told: Told): string | null {
  const { setup, stoppedAt } = told;
  if (!setup || stoppedAt === null) return null;
  const [seeds, { budgets }] = [seedsOf(setup), setup];
  const wanted = `${counted('seed', seeds)} ${list(seeds.map(String))}, ${counted('budget', budgets)} ${list(budgets.map(String))}`;
  return `Stopped at ${Math.round(100 * stoppedAt)} %: ${finishedWords(told)}. Asked were ${wanted}.`;
}

/** What bars and ± are over, by the numbers of seeds that really ran behind them. */
export function intervalWords(seeds: readonly number[], what: string): string {
  const most = Math.max(0, ...seeds);
  const least = Math.min(most, ...seeds);
  if (most < 2) return 'One seed: no intervals.';
  const over = least === most ? `${most} seeds` : `the seeds that ran, ${least} to ${most}`;
  return `${what} 95 % intervals over ${over}${least < 2 ? '; none where one ran' : ''}.`;
}
