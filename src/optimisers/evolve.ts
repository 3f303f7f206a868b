import { uniforms } from '../math/uniform.ts';

export interface EvolveOptions {
  /** What each place of a plan may hold. */
  readonly choices: readonly (readonly string[])[];
  /** Plans to begin with, before random ones. */
  readonly seeds: readonly (readonly string[])[];
  /** Losses that may be asked for. */
  readonly budget: number;
  readonly seed: number;
}

/** Kept as parents. */
const PARENTS = 16;

/**
 * The plan of least loss by evolution: random plans, then children of good ones, by crossing two and changing places. A plan is
 * asked once. Yields every plan with its loss; ends when the budget is spent, or when every plan was asked.
 */
export async function* evolve(
  loss: (plan: readonly string[]) => Promise<number>,
  { choices, seeds, budget, seed }: EvolveOptions,
): AsyncGenerator<{ readonly plan: readonly string[]; readonly loss: number; readonly asked: number }, void, void> {
  let round = 0;
  let dice: Float64Array = new Float64Array(0);
  let used = 0;
  const next = () => {
    if (used === dice.length) [dice, used] = [Float64Array.from(uniforms(seed, round++, 256)), 0];
    return dice[used++]!;
  };
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const known = new Map<string, { readonly plan: readonly string[]; readonly loss: number }>();
  const all = choices.reduce((product, list) => product * list.length, 1);
  const random = () => choices.map((list) => pick(list));
  const beginnings = Math.max(seeds.length, Math.ceil(budget / 5));
  let tries = 0;

  function child(): readonly string[] {
    const parents = [...known.values()].toSorted((a, b) => a.loss - b.loss).slice(0, PARENTS);
    // The better of two, twice.
    const parent = () =>
      parents[Math.min(Math.floor(next() * parents.length), Math.floor(next() * parents.length))]!.plan;
    const [a, b] = [parent(), parent()];
    const crossed = next() < 0.5 ? a.map((v, i) => (next() < 0.5 ? v : b[i]!)) : a;
    const place = Math.floor(next() * choices.length);
    return crossed.map((v, i) => (i === place || next() < 0.5 / choices.length ? pick(choices[i]!) : v));
  }

  while (known.size < Math.min(budget, all)) {
    // Where nearly all was asked children repeat: new blood.
    const born = known.size < beginnings || tries > 50 ? random() : child();
    const plan = known.size < seeds.length && tries === 0 ? seeds[known.size]! : born;
    const key = plan.join();
    if (known.has(key)) {
      tries++;
      continue;
    }
    tries = 0;
    const value = await loss(plan);
    known.set(key, { plan, loss: Number.isFinite(value) ? value : Infinity });
    yield { plan, loss: value, asked: known.size };
  }
}
