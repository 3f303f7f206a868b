// Tableaus as text, as papers print them: rows apart by `;`, fractions kept exact until they are used.
import type { PhiSum, Row, Tableau } from './types.ts';

/** "3/4", "-0.25". */
export function fraction(text: string): number {
  const [above, below = '1'] = text.split('/');
  const value = Number(above) / Number(below);
  if (text === '' || !Number.isFinite(value)) throw new Error(`“${text}” is no fraction`);
  return value;
}

/** "3/4", or with a square root "3/7-5/49r". */
function surd(text: string, root: number): number {
  const [, plain, sign = '', factor] = /^(.*?)(?:([+-]?)([\d/]+)r)?$/.exec(text)!;
  const rational = plain === '' ? 0 : fraction(plain!);
  return factor === undefined ? fraction(text) : rational + fraction(sign + factor) * Math.sqrt(root);
}

const TERM = /([+-])?\s*(\d+(?:\.\d+)?(?:\/\d+)?)?\s*(?:φ(\d)(?:\((\d+(?:\/\d+)?)\))?)?/y;

/** "2φ2 - 4φ3(1/2) + 1/6": φ without an argument is at the row's own node `c`; a number alone is a constant. */
export function phiSum(text: string, c: number): PhiSum {
  const terms: [number, number, number][] = [];
  let at = 0;
  const end = text.trimEnd().length;
  while (at < end) {
    while (text[at] === ' ') at++;
    TERM.lastIndex = at;
    const match = TERM.exec(text);
    if (!match || match[0] === '') throw new Error(`“${text.slice(at)}” is no sum of φ functions`);
    const [whole, sign, factor = '1', k, argument] = match;
    const weight = (sign === '-' ? -1 : 1) * fraction(factor);
    terms.push(k === undefined ? [weight, 0, 0] : [weight, Number(k), argument === undefined ? c : fraction(argument)]);
    at += whole.length;
  }
  return terms;
}

const rowsOf = (text: string) => text.split(';').map((row) => row.trim());

/**
 * A Butcher tableau: the rows of the second stage and on, then the weights. The nodes are the sums of the rows. `root`: whose
 * square root r is.
 */
export function butcher(text: string, root = 0): Tableau {
  const numbers = rowsOf(text).map((row) => row.split(' ').map((cell) => surd(cell, root)));
  const rows = numbers.map((row): Row => ({
    fixed: row.flatMap((w, j) => (w === 0 ? [] : [[j + 1, [[w, 0, 0]]] as const])),
    through: [],
  }));
  const nodes = numbers.slice(0, -1).map((row) => {
    const sum = row.reduce((total, w) => total + w, 0);
    return Math.abs(sum - 1) < 1e-12 ? 1 : sum;
  });
  return { nodes: [0, ...nodes], rows };
}

/**
 * An exponential Runge-Kutta method: nodes "1/2 1/2 1", and for each later stage and the step the columns from the second
 * on, apart by `,`. The first column is what is left of the sum of the row, cφ₁(c).
 */
export function exponential(nodes: string, rows: string): Tableau {
  const places = [...nodes.split(' ').map(fraction), 1];
  return {
    nodes: [0, ...places.slice(0, -1)],
    rows: rowsOf(rows).map((row, i) => ({
      fixed: row
        .split(',')
        .flatMap((cell, j) => (cell.trim() === '' ? [] : [[j + 2, phiSum(cell.trim(), places[i]!)] as const])),
      through: [1],
    })),
  };
}

/**
 * Stages that integrate polynomials: nodes as above, and for each later stage and the step the columns that its polynomial
 * goes through, "1 3 4"; columns before this step are negative. What is fixed besides stands before a bar: "3=φ0(1/2) | 1 -1".
 */
export function collocating(nodes: string, rows: string): Tableau {
  const places = [...(nodes === '' ? [] : nodes.split(' ').map(fraction)), 1];
  return {
    nodes: [0, ...places.slice(0, -1)],
    rows: rowsOf(rows).map((row, i) => {
      const [through, fixed = ''] = row.split('|').reverse();
      return {
        fixed: fixed
          .split(',')
          .filter((cell) => cell.trim() !== '')
          .map((cell) => {
            const [column, weight] = cell.split('=');
            return [Number(column), phiSum(weight!.trim(), places[i]!)] as const;
          }),
        through: through!.trim().split(' ').map(Number),
      };
    }),
  };
}
