// The reader's own noise levels as an experiment holds them: one rule for every way in. A list is what `checkSigmas`
// accepts, whether it came by link or from the clipboard, from a drag, a key or a split (levelEdits.ts), or from another
// number of steps.
import { checkSigmas, LEAST_LEVEL } from '../../schedules/explicit.ts';

/** How precisely a level is written: in as few of these digits as keep the list falling. */
export const DIGITS = [4, 5, 6, 7, 8, 10, 12, 15, 17] as const;
export const roundedTo = (sigma: number, digits: number): number => Number(sigma.toPrecision(digits));

/** The list in as few digits as keep it a list, six or more. */
export function tidyLevels(sigmas: readonly number[]): readonly number[] {
  for (const digits of DIGITS.filter((d) => d >= 6)) {
    const list = sigmas.map((s) => roundedTo(s, digits));
    if (checkSigmas(list) === undefined) return list;
  }
  return sigmas;
}

const fallsInLog = (list: readonly number[]) =>
  list.every((s, i) => i === 0 || (s < list[i - 1]! && Math.log(s) < Math.log(list[i - 1]!)));

/** `count` levels of the shape of a positive list: log-linear in σ between its entries. */
const reshaped = (list: readonly number[], count: number): number[] =>
  Array.from({ length: count }, (_, i) => {
    const u = count === 1 ? 0 : (i / (count - 1)) * (list.length - 1);
    const k = Math.min(Math.floor(u), Math.max(list.length - 2, 0));
    const f = u - k;
    // At an entry its own value, not the exponential of its logarithm.
    if (f === 0 || f === 1) return list[k + f]!;
    return Math.exp((1 - f) * Math.log(list[k]!) + f * Math.log(list[k + 1]!));
  });

/**
 * Keeps the shape of a drawn schedule at another number of steps: log-linear in σ over its positive part, then its last
 * value. Where that part has no shape to take levels from (one level, or levels too close together for so many), they
 * go on evenly in log σ to `lowest`, the least that the model knows. Always falling.
 */
export function resampleLevels(sigmas: readonly number[], steps: number, lowest: number): number[] {
  const endsAtZero = sigmas.at(-1) === 0;
  const positive = endsAtZero ? sigmas.slice(0, -1) : sigmas;
  const count = endsAtZero ? steps : steps + 1;
  const first = positive[0]!;
  const shapes = [
    positive,
    [first, positive.at(-1)!],
    [first, Math.min(lowest, first / 2)],
    // At the very bottom there is room above only.
    [first * 2, first],
  ];
  const list = shapes.map((shape) => reshaped(shape, count)).find((l) => l.at(-1)! >= LEAST_LEVEL && fallsInLog(l))!;
  return endsAtZero ? [...list, 0] : list;
}
