// Any explicit method that is given as data, as a plan: Runge-Kutta, exponential, integrating-factor, multistep, and what
// has stages and a memory. What a method is, types.ts says; in which coordinates it works, frames.ts.
import { ring } from '../parts/multistep.ts';
import { combine, denoise, mark, start, steps } from '../parts/ops.ts';
import { ancestralNoise, ancestralSplit, sdeNoise, type NoiseParams } from '../parts/stochastic.ts';
import type { Op, Plan, Reg } from '../types.ts';
import { frameOf, type Frame, type Variable } from './frames.ts';
import type { Method, Row, Tableau } from './types.ts';
import { rowWeights } from './weights.ts';

type Term = readonly [coefficient: number, reg: Reg];
interface Fresh {
  readonly ops: Op[];
  readonly terms: readonly Term[];
}
const quiet: Fresh = { ops: [], terms: [] };

/** What an instruction may add up. */
const MOST = 8;

/** out = Σ terms, in as many instructions as it takes; noise comes with the last. `out` may be the first term alone. */
function* sum(out: Reg, terms: readonly Term[], fresh: Fresh = quiet): Generator<Op, void, void> {
  const all = [...terms.filter(([c]) => c !== 0), ...fresh.terms];
  let from = 0;
  while (from < all.length || from === 0) {
    const carried: Term[] = from === 0 ? [] : [[1, out]];
    const to = from + MOST - carried.length;
    if (to >= all.length) yield* fresh.ops;
    yield combine(out, from < all.length ? [...carried, ...all.slice(from, to)] : terms);
    from = to;
  }
}

const columnsOf = (row: Row) => [...row.fixed.map(([column]) => column), ...row.through];
/** How many earlier steps a method remembers. */
export const memoryOf = ({ rows }: Tableau): number => Math.max(0, ...rows.flatMap(columnsOf).map((column) => -column));

/** Registers of the stages' values: one is free again after the last row that reads it. */
function registersOf({ nodes, rows }: Tableau, first: Reg): Reg[] {
  const lastRead = nodes.map((_, j) => rows.findLastIndex((row) => columnsOf(row).includes(j + 1)));
  const names: Reg[] = [first];
  for (let j = 1; j < nodes.length; j++) {
    // Row j − 1 has made this stage's argument: what it read last may be overwritten.
    const taken = new Set(names.filter((_, k) => k === 0 || lastRead[k]! >= j));
    let free = 2;
    while (taken.has(`k${free}`)) free++;
    names.push(`k${free}`);
  }
  return names;
}

interface Step {
  readonly frame: Frame;
  /** The level of the start, and the one that the step goes to without noise. */
  readonly from: number;
  readonly to: number;
  /** Levels of earlier steps, newest first. */
  readonly before: readonly number[];
  readonly fresh: Fresh;
}

/** One step; gives back the register of the last denoised value. */
function* stepOps(
  tableau: Tableau,
  { frame, from, to, before, fresh }: Step,
  first: Reg,
  memory: (back: number) => Reg,
): Generator<Op, Reg, void> {
  const { nodes, rows } = tableau;
  const H = frame.span(from, to);
  const zeta = frame.rate * H;
  const level = (c: number) => {
    if (c === 0) return from;
    return c === 1 ? to : frame.level(from, to, c);
  };
  const values = registersOf(tableau, first);
  const last = nodes.length - 1;
  // Where f is D but for a factor, D itself is kept; else f = p·x̂ + q·D is made once.
  const slopes = frame.slope(from)[0] !== 0;
  const foldsLast = slopes && last > 0;
  const place = (column: number) => (column > 0 ? nodes[column - 1]! : -frame.span(before[-column - 1]!, from) / H);
  const known = (row: Row): Row => ({ ...row, through: row.through.filter((column) => -column <= before.length) });

  const terms = (index: number, c: number): Term[] => {
    const target = level(c);
    const weights = rowWeights(known(rows[index]!), c, zeta, place);
    const list: Term[] = [[(Math.exp(zeta * c) * frame.scale(from)) / frame.scale(target), 'x']];
    for (const [column, w] of weights) {
      const factor = (H * w) / frame.scale(target);
      const sigma = column > 0 ? level(nodes[column - 1]!) : before[-column - 1]!;
      const [p, q] = frame.slope(sigma);
      const reg = column > 0 ? values[column - 1]! : memory(-column);
      if (foldsLast && column - 1 === last) list.push([factor * p, 'y'], [factor * q, 'd']);
      else list.push([slopes ? factor : factor * q, reg]);
    }
    return list;
  };

  for (const [j, c] of nodes.entries()) {
    const state = j === 0 ? 'x' : 'y';
    if (j > 0) yield* sum('y', terms(j - 1, c));
    yield denoise(level(c), slopes ? 'd' : values[j]!, state);
    if (slopes && !(foldsLast && j === last)) {
      const [p, q] = frame.slope(level(c));
      yield combine(values[j]!, [
        [p, state],
        [q, 'd'],
      ]);
    }
  }
  yield* sum('x', terms(last, 1), fresh);
  return slopes ? 'd' : values[last]!;
}

/** Where a step goes without noise, and what is added then. */
function noiseOf(method: Method, s: number, t: number, params: NoiseParams): { to: number; fresh: Fresh } {
  if (method.noise === 'none' || params.eta === 0) return { to: t, fresh: quiet };
  if (method.noise === 'exact') return { to: t, fresh: sdeNoise(s, t, params) };
  const { down, up } = ancestralSplit(s, t, params.eta);
  return { to: down, fresh: ancestralNoise(s, t, up, params) };
}

export interface EngineParams extends NoiseParams {
  readonly variable: Variable;
}

/** The plan of a method. A step to σ = 0, also one that noise leads up from again, takes the denoised value. */
export function* tableauPlan(method: Method, tableau: Tableau, sigmas: readonly number[], params: EngineParams): Plan {
  const remembered = memoryOf(tableau);
  const names = remembered > 0 ? ring('f', remembered + 1) : () => 'k1';
  const frame = frameOf(method.frame, params.variable, method.noise === 'exact' ? params.eta : 0);
  yield start(sigmas);
  for (const { i, s, t } of steps(sigmas)) {
    const { to, fresh } = t === 0 ? { to: 0, fresh: quiet } : noiseOf(method, s, t, params);
    const first = names(i);
    if (to === 0) {
      const d = frame.slope(s)[0] === 0 ? first : 'd';
      yield denoise(s, d);
      yield* sum('x', [[1, d]], fresh);
      yield mark(i + 1, t, d);
      continue;
    }
    const before = Array.from({ length: Math.min(remembered, i) }, (_, k) => sigmas[i - 1 - k]!);
    const d = yield* stepOps(tableau, { frame, from: s, to, before, fresh }, first, (back) => names(i - back));
    yield mark(i + 1, t, d);
  }
}
