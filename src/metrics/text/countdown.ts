import type { TextMetric } from './types.ts';

/** A result, or null where the rules forbid the step: results are positive integers, division is exact. */
function calculate(a: number, op: string, b: number): number | null {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a > b ? a - b : null;
    case '*':
      return a * b;
    case '/':
      return b > 0 && a % b === 0 ? a / b : null;
    default:
      return null;
  }
}

const HEAD = /^([0-9]+(?: [0-9]+)*) = ([0-9]+)$/;
const STEP = /^([0-9]{1,6})([-+*/])([0-9]{1,6})=([0-9]{1,6})$/;

/**
 * Whether a Countdown text, prompt included, ends in a right answer: the first line gives the numbers and the target,
 * `3 5 7 8 = 41`; the last line is `answer: 7*5=35 35+3=38 …`, each step takes two numbers that are still there (each
 * serves once), calculates right, and puts its result back; the last result is the target. What stands between is free.
 * Anything unclear counts as wrong; nothing is ever evaluated but these four operations. The same rules as `check` of
 * training/language/countdown.py.
 */
export function solves(text: string): boolean {
  const cut = text.indexOf('\n');
  const head = HEAD.exec(cut < 0 ? text : text.slice(0, cut));
  const last = cut < 0 ? '' : text.slice(text.lastIndexOf('\n') + 1);
  if (!head || !last.startsWith('answer: ')) return false;
  const left = head[1]!.split(' ').map(Number);
  let result: number | null = null;
  for (const word of last.slice('answer: '.length).split(' ')) {
    const step = STEP.exec(word);
    if (!step) return false;
    for (const number of [Number(step[1]), Number(step[3])]) {
      const at = left.indexOf(number);
      if (at < 0) return false;
      left.splice(at, 1);
    }
    result = calculate(Number(step[1]), step[2]!, Number(step[3]));
    if (result === null || result !== Number(step[4])) return false;
    left.push(result);
  }
  return result === Number(head[2]);
}

/**
 * Share of the samples whose answer is right; null when the prompt is no Countdown problem. The game as in Gandhi et
 * al. 2024.
 */
export const solved: TextMetric = {
  id: 'solved',
  title: 'Solved',
  unit: '',
  better: 'higher',
  summary: 'Share of the samples whose answer reaches the target by the rules, checked by calculating it.',
  paper: { title: 'Stream of Search (SoS): Learning to Search in Language', url: 'https://arxiv.org/abs/2404.03683' },
  compute({ prompt, samples }) {
    if (
      prompt === undefined ||
      !HEAD.test(prompt.split('\n', 1)[0]!) ||
      samples.length === 0 ||
      samples.some((s) => s.text === undefined)
    )
      return null;
    return samples.filter((s) => solves(prompt + s.text!)).length / samples.length;
  },
};
