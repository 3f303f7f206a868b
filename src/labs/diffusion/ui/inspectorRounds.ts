// A long step of the inspector in folds of its rounds. Pure.
import { nfe } from '../../../samplers/diffusion/counting.ts';
import { lines, type Line, type PlanStep } from './inspector.ts';

type Op = PlanStep['ops'][number];
/** A step of more lines than these is folded. */
export const MOST_LINES = 40;

export interface Fold {
  readonly title: string;
  readonly lines: readonly Line[];
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** Where a round begins: after what the plan asks, where it asks; else with whatever is evaluated. */
function rounds(ops: readonly Op[]): readonly (readonly Op[])[] {
  const asks = ops.some((op) => op.op === 'measure');
  const begins = (op: Op, before: Op | undefined): boolean =>
    asks ? before?.op === 'measure' && op.op !== 'measure' : op.op === 'eval' || op.op === 'evalBatch';
  const out: Op[][] = [[]];
  ops.forEach((op, i) => {
    if (i > 0 && begins(op, ops[i - 1])) out.push([]);
    out.at(-1)!.push(op);
  });
  return out;
}

/** Null where a step is short enough to be read whole, or is one round. */
export function foldsOf(ops: readonly Op[]): readonly Fold[] | null {
  if (ops.flatMap(lines).length <= MOST_LINES) return null;
  const groups = rounds(ops).filter((group) => group.some((op) => lines(op).length > 0));
  if (groups.length < 2) return null;
  const all = groups.filter((group) => nfe(group) > 0).length;
  let round = 0;
  return groups.flatMap((group): readonly Fold[] => {
    const own = group.flatMap(lines);
    const evaluations = nfe(group);
    const counted = count(own.length, 'line');
    if (evaluations === 0)
      return [{ title: `${round === 0 ? 'Before the first' : 'After the last'} round: ${counted}`, lines: own }];
    round++;
    const name = `Round ${round} of ${all}`;
    if (own.length <= MOST_LINES)
      return [{ title: `${name}: ${count(evaluations, 'evaluation')}, ${counted}`, lines: own }];
    // A long round is what goes before its evaluations, these, and what is made of them.
    const from = own.findIndex((line) => line.evaluation);
    const to = own.findLastIndex((line) => line.evaluation) + 1;
    return [
      { title: `${name}, before it evaluates: ${count(from, 'line')}`, lines: own.slice(0, from) },
      {
        title: `${name}, ${count(evaluations, 'evaluation')}: ${count(to - from, 'line')}`,
        lines: own.slice(from, to),
      },
      { title: `${name}, what is made of them: ${count(own.length - to, 'line')}`, lines: own.slice(to) },
    ].filter((fold) => fold.lines.length > 0);
  });
}
