// The best of many settings at one cost, found without being fooled by noise. Successive halving over seeds (Jamieson and
// Talwalkar 2016, https://arxiv.org/abs/1502.07943), then moves to neighbours of what is left, then all finalists on seeds
// that no decision has seen: choosing the least of many noisy numbers favours the lucky one, and only fresh noise tells.
import { studentQuantile } from '../../math/studentT.ts';
import { meanHalfWidth, verdicts, type Verdict } from '../../metrics/intervals.ts';

/** A setting; `key` tells it from others and is all that the search knows of it. */
export interface Candidate {
  readonly key: string;
}

export interface SearchOptions<C extends Candidate> {
  /** Where it begins: every combination that is worth a look. */
  readonly initial: readonly C[];
  /** Stays in to the end, to be compared with: what the reader has now. */
  readonly baseline: C | null;
  /** Settings near one; `round` from 0, nearer ones the later. */
  neighbours(of: C, round: number): readonly C[];
  readonly better: 'lower' | 'higher';
  /** Compare logarithms: for errors, whose noise grows with them. Values at or below 0 are then no values. */
  readonly log: boolean;
  /** Seeds of the first rung; each later rung doubles them. */
  readonly seeds: number;
  /** Candidates at which halving stops. */
  readonly keep: number;
  /** Rounds of moves to neighbours. */
  readonly rounds: number;
  /** Fresh seeds for the finalists. */
  readonly validation: number;
  /** Runs in all; moves stop where the validation could no longer be paid. */
  readonly runs: number;
}

/** One run that the search wants: of a candidate with seed number `seed`, from 0. */
export interface Wanted<C> {
  readonly candidate: C;
  readonly seed: number;
}

export type Stage = 'halving' | 'moving' | 'validating';
export type Fate =
  /** Still in. */
  | 'in'
  /** Worse than the best of its time by more than noise explains. */
  | 'worse'
  /** Given up to save runs, though noise could explain the difference. */
  | 'set aside'
  /** No value: it failed, or the metric is not defined for it. */
  | 'failed';

export interface Standing<C> {
  readonly candidate: C;
  readonly fate: Fate;
  /** Mean over the seeds it was run with (geometric for `log`); null without any. */
  readonly mean: number | null;
  readonly seeds: number;
}
export interface Progress<C> {
  readonly stage: Stage;
  readonly rung: number;
  readonly spent: number;
  readonly runs: number;
  readonly standings: readonly Standing<C>[];
}
export interface Finalist<C> extends Standing<C> {
  readonly verdict: Verdict;
  /** Half the width of the mean's interval over the fresh seeds, on the scale that was compared. */
  readonly half: number | null;
}
export interface Found<C> {
  /** Best first, by the fresh seeds alone. Those with verdict `best` or `tied` cannot be told apart. */
  readonly finalists: readonly Finalist<C>[];
  readonly standings: readonly Standing<C>[];
  readonly spent: number;
}

/** What is known of a candidate: its value by seed; NaN where a run gave none. */
interface Known<C> {
  readonly candidate: C;
  readonly values: Map<number, number>;
  fate: Fate;
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/**
 * Who is worse than the best by more than noise: candidates by rows, seeds by columns, smaller better. What is left after
 * candidates' and seeds' means are taken out is pooled over all, (n − 1)(s − 1) degrees of freedom, and a difference of two
 * means is set against it at 95 % over all comparisons with the best (Bonferroni).
 */
export function worseThanBest(rows: readonly (readonly number[])[]): boolean[] {
  const n = rows.length;
  const s = rows[0]?.length ?? 0;
  const means = rows.map(meanOf);
  const best = Math.min(...means);
  if (n < 2 || s < 2) return means.map(() => false);
  const grand = meanOf(means);
  const bySeed = Array.from({ length: s }, (_, k) => meanOf(rows.map((row) => row[k]!)));
  const rest = rows.flatMap((row, i) => row.map((v, k) => (v - means[i]! - bySeed[k]! + grand) ** 2));
  const dof = (n - 1) * (s - 1);
  const error = Math.sqrt((rest.reduce((a, b) => a + b, 0) / dof) * (2 / s));
  const limit = studentQuantile(1 - 0.025 / (n - 1), dof) * error;
  return means.map((m) => m - best > limit);
}

/**
 * Runs the search as a generator: it yields the run that it wants and is given its value, null where there is none. `told`
 * hears how things stand after every decision.
 */
export function* searchBest<C extends Candidate>(
  options: SearchOptions<C>,
  told: (progress: Progress<C>) => void = () => {},
): Generator<Wanted<C>, Found<C>, number | null> {
  const { better, log, keep } = options;
  const sign = better === 'lower' ? 1 : -1;
  const known = new Map<string, Known<C>>();
  let spent = 0;

  const enter = (candidate: C): Known<C> => {
    const is = known.get(candidate.key) ?? { candidate, values: new Map(), fate: 'in' as const };
    known.set(candidate.key, is);
    return is;
  };
  function* run(who: Known<C>, seed: number): Generator<Wanted<C>, void, number | null> {
    if (who.fate === 'failed' || who.values.has(seed)) return;
    const value = yield { candidate: who.candidate, seed };
    spent++;
    const usable = value !== null && Number.isFinite(value) && (!log || value > 0);
    if (usable) who.values.set(seed, sign * (log ? Math.log(value) : value));
    else who.fate = 'failed';
  }
  const rowOf = (who: Known<C>, seeds: readonly number[]) => seeds.map((seed) => who.values.get(seed)!);
  const standing = ({ candidate, fate, values }: Known<C>, seeds?: readonly number[]): Standing<C> => {
    const used = seeds ? seeds.flatMap((s) => values.get(s) ?? []) : [...values.values()];
    const mean = used.length > 0 ? sign * meanOf(used) : null;
    return { candidate, fate, mean: mean !== null && log ? Math.exp(mean) : mean, seeds: used.length };
  };
  const tell = (stage: Stage, rung: number) =>
    told({ stage, rung, spent, runs: options.runs, standings: [...known.values()].map((k) => standing(k)) });
  const isIn = (k: Known<C>) => k.fate === 'in';
  const stays = (k: Known<C>) => k.candidate.key === options.baseline?.key;
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const inOrder = (who: readonly Known<C>[], seeds: readonly number[]) =>
    who.toSorted((a, b) => meanOf(rowOf(a, seeds)) - meanOf(rowOf(b, seeds)));
  /** What validating as many as are kept, and the baseline, costs. */
  const reserve = (keep + (options.baseline ? 1 : 0)) * options.validation;
  const affords = (runs: number) => spent + runs + reserve <= options.runs;

  for (const candidate of options.initial) enter(candidate);
  if (options.baseline) enter(options.baseline);

  let seeds: number[] = [];
  let rung = 0;
  let rivals = [...known.values()].filter(isIn);
  for (let many = options.seeds; rivals.length > 0; many *= 2, rung++) {
    const cost = rivals.length * (many - seeds.length);
    if (rung > 0 && (rivals.length <= keep || !affords(cost))) break;
    seeds = range(0, many);
    for (const who of rivals) for (const seed of seeds) yield* run(who, seed);
    rivals = inOrder(rivals.filter(isIn), seeds);
    const worse = worseThanBest(rivals.map((who) => rowOf(who, seeds)));
    const most = Math.max(keep, Math.ceil(rivals.length / 2));
    let left = 0;
    rivals.forEach((who, i) => {
      // The first few stay whatever they are: what is near them may be better still.
      if (stays(who) || left < keep) left += stays(who) ? 0 : 1;
      else if (worse[i]) who.fate = 'worse';
      else if (++left > most) who.fate = 'set aside';
    });
    rivals = rivals.filter(isIn);
    tell('halving', rung);
  }
  rivals.slice(keep).forEach((who) => {
    if (!stays(who)) who.fate = 'set aside';
  });
  rivals = rivals.filter(isIn);

  for (let round = 0; round < options.rounds; round++) {
    let moved = false;
    for (const from of [...rivals]) {
      if (stays(from)) continue;
      let at = from;
      for (const near of options.neighbours(from.candidate, round)) {
        if (known.has(near.key) || !affords(seeds.length)) continue;
        const who = enter(near);
        for (const seed of seeds) yield* run(who, seed);
        if (who.fate === 'failed') continue;
        // It takes the place of what it came from when it is lower on the same noise; whether that is more than luck is
        // for the fresh seeds to say.
        if (meanOf(rowOf(who, seeds)) < meanOf(rowOf(at, seeds))) {
          if (at !== from) at.fate = 'set aside';
          at = who;
          moved = true;
        } else who.fate = 'set aside';
      }
      // The one it came from is kept as a rival while there is room: the move may have been luck.
      if (at !== from) rivals.push(at);
    }
    rivals = inOrder(rivals, seeds);
    rivals.slice(keep).forEach((who) => {
      if (!stays(who)) who.fate = 'set aside';
    });
    rivals = rivals.filter(isIn);
    tell('moving', round);
    if (!moved) break;
  }

  const fresh = range(seeds.length, seeds.length + options.validation);
  for (const who of rivals) for (const seed of fresh) yield* run(who, seed);
  tell('validating', 0);
  const final = inOrder(rivals.filter(isIn), fresh);
  const rows = final.map((who) => rowOf(who, fresh));
  const said = verdicts(
    rows.map((row) => ({ value: meanOf(row), spread: row })),
    'lower',
    meanHalfWidth,
  );
  return {
    finalists: final.map((who, i) => ({
      ...standing(who, fresh),
      verdict: said[i]!,
      half: rows[i]!.length > 1 ? meanHalfWidth(rows[i]!) : null,
    })),
    standings: [...known.values()].map((k) => standing(k)),
    spent,
  };
}
