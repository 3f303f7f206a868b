// What the chart of stability shows of a contender. Pure.
import {
  adams,
  border,
  ghvbOf,
  growth,
  heavyAdams,
  realEnd,
  type Complex,
  type DampedAdams,
} from '../../../../samplers/diffusion/stability.ts';
import type { Contender } from '../../config/experiment.ts';

interface Drawn {
  readonly name: string;
  /** The least z on the real axis at which it is stable. */
  readonly end: number;
  readonly border: readonly Complex[];
}
export interface ShownStability extends Drawn {
  readonly method: DampedAdams;
  /** What it lies between, or departs from. */
  readonly beside: readonly Drawn[];
  /** The contender's own steps, where the denoiser stands still: z = (t − s)/s. */
  readonly steps: readonly number[];
  /** How many of them errors grow at. */
  readonly outside: number;
  readonly box: { readonly left: number; readonly right: number; readonly high: number };
}

const adamsName = (terms: number) => (terms === 1 ? 'Euler' : `Adams-Bashforth ${terms}`);
/** Slopes that heavy ball's base mixes, where it is one of Adams and Bashforth on equal steps. */
const TERMS: Readonly<Record<string, number>> = { euler: 1, ipndm: 4, lms: 4 };

/** The method of a sampler and those beside it; null where it is not one of Adams and Bashforth with momentum. */
function methodOf({ sampler, params }: Pick<Contender, 'sampler' | 'params'>): {
  readonly name: string;
  readonly method: DampedAdams;
  readonly beside: readonly number[];
} | null {
  const { order, base, beta } = params as { readonly order?: number; readonly base?: string; readonly beta?: number };
  if (sampler === 'ghvb' && order !== undefined) {
    const [low, high] = [Math.floor(order), Math.ceil(order)];
    const name = low === high ? adamsName(order) : `GHVB ${order}`;
    return { name, method: ghvbOf(order), beside: low === high ? [] : [low, high] };
  }
  const terms = TERMS[base ?? ''];
  if (sampler === 'heavy_ball' && terms !== undefined && beta !== undefined)
    return {
      name: `${adamsName(terms)} at β ${beta}`,
      method: heavyAdams(terms, beta),
      beside: beta === 1 ? [] : [terms],
    };
  if ((sampler === 'ipndm' || sampler === 'lms') && order !== undefined)
    return { name: adamsName(order), method: adams(order), beside: [] };
  return null;
}

export function shownStability(
  contender: Pick<Contender, 'sampler' | 'params'>,
  sigmas: readonly number[],
): ShownStability | null {
  const found = methodOf(contender);
  if (!found) return null;
  const { name, method } = found;
  const drawn = (of: DampedAdams, called: string): Drawn => ({ name: called, end: realEnd(of), border: border(of) });
  const beside = found.beside.map((terms) => drawn(adams(terms), adamsName(terms)));
  const own = drawn(method, name);
  const points = [own, ...beside].flatMap((d) => d.border);
  const steps = sigmas.slice(1).flatMap((t, i) => (t === 0 ? [] : [t / sigmas[i]! - 1]));
  const least = Math.min(...points.map((p) => p.re), ...steps);
  return {
    ...own,
    method,
    beside,
    steps,
    outside: steps.filter((re) => growth(method, { re, im: 0 }) > 1 + 1e-9).length,
    box: {
      left: least * 1.1,
      right: Math.max(-0.12 * least, ...points.map((p) => p.re * 1.1)),
      high: 1.12 * Math.max(...points.map((p) => p.im)),
    },
  };
}
