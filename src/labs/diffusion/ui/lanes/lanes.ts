// A plan as lanes: which worker evaluates in which round, where a round is one link of the chain of evaluations that wait for each
// other. And its window: of each round which steps were asked about, and which stood by then. Pure.
import { depthsOf, sentOf } from '../../../../samplers/diffusion/counting.ts';
import type { Op } from '../../../../samplers/diffusion/types.ts';

export interface Lane {
  readonly worker: number;
  /** Evaluations in each round; 0 where it waits. */
  readonly rounds: readonly number[];
}
export interface Round {
  /** Steps whose state it asks about: the first and the last. */
  readonly from: number;
  readonly to: number;
  /** Steps that stand when it begins. */
  readonly done: number;
}
export interface Lanes {
  readonly lanes: readonly Lane[];
  readonly rounds: readonly Round[];
  readonly steps: number;
  readonly evaluations: number;
  /** Of all places in all rounds the share in which nobody works. */
  readonly idle: number;
  readonly sent: number;
}

/** Null where all evaluations are one chain: there is nothing side by side. */
export function lanesOf(ops: readonly Op[]): Lanes | null {
  const made = depthsOf(ops);
  const count = made.reduce((most, { depth }) => Math.max(most, depth), 0);
  if (count === made.length) return null;
  const levels = ops.flatMap((op) => (op.op === 'mark' ? [op.sigma] : []));
  const stepOf = new Map(levels.map((sigma, step) => [sigma, step]));
  // On one device those of a round are its rows.
  const alone = made.every(({ worker }) => worker === 0);
  const rows = new Map<number, number[]>();
  const rounds = Array.from({ length: count }, () => ({ from: Infinity, to: -Infinity, done: Infinity }));
  const placed = Array.from({ length: count }, () => 0);
  for (const { depth, worker, sigma, marked } of made) {
    const at = depth - 1;
    const row = alone ? placed[at]!++ : worker;
    const own = rows.get(row) ?? Array.from({ length: count }, () => 0);
    own[at]!++;
    rows.set(row, own);
    const round = rounds[at]!;
    const step = stepOf.get(sigma);
    if (step !== undefined) {
      round.from = Math.min(round.from, step);
      round.to = Math.max(round.to, step);
    }
    round.done = Math.min(round.done, marked);
  }
  const lanes = [...rows.entries()].toSorted(([a], [b]) => a - b).map(([worker, own]) => ({ worker, rounds: own }));
  const busy = lanes.reduce((n, lane) => n + lane.rounds.filter((k) => k > 0).length, 0);
  return {
    lanes,
    rounds,
    steps: levels.length - 1,
    evaluations: made.length,
    idle: 1 - busy / (lanes.length * count),
    sent: sentOf(ops),
  };
}

/** What the picture says, for whoever does not see it. */
export function lanesText({ lanes, rounds, evaluations, idle, sent }: Lanes, alone: boolean): string {
  const who = alone ? 'side by side on one device' : `on ${lanes.length} emulated workers`;
  const travels = sent > 0 ? `, ${sent} states sent` : '';
  return `${evaluations} evaluations in ${rounds.length} rounds ${who}, idle ${Math.round(100 * idle)} %${travels}. Rounds are what enough devices would wait for, not time.`;
}
