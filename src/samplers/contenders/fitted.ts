// What a fit leaves with a contender: the levels that are told to the denoiser, where they are others than those it integrates,
// and the recipe by which all of it can be found again.
import type { Refusal } from '../../core/refusal.ts';
import type { Op } from '../diffusion/types.ts';

/** Methods that fit a contender to a model, by what their result is called. */
export const FIT_TITLES = {
  gits: 'GITS levels',
  optimal_stepsize: 'optimal-stepsize levels',
  ays_computed: 'AYS levels',
  ld3: 'LD3 levels',
  s3: 'S³ plan',
  bespoke: 'Bespoke fit',
  pcm: 'PCM fit',
} as const;
export type FitId = keyof typeof FIT_TITLES;

/** Enough to know for whom it was made, and to make it again. */
export interface FitRecipe {
  readonly by: FitId;
  /** Model, what it was told, and of a network the beginning of its sha256: `digits-1a2b3c4d`, `ring8`, `digits-1a2b3c4d.w3`. */
  readonly model: string;
  readonly sampler: string;
  readonly steps: number;
  readonly seed: number;
  /** The schedule whose levels it began with, as `beginning.ts` writes it; absent: Karras, or the contender's still. */
  readonly from?: string;
  /** The method's parameters as text, where they are not what suits that model anyway. */
  readonly params?: Readonly<Record<string, string>>;
}

const RECIPE = /^(\w+)\.([\w-]+(?:\.[\w-]+)*)\.(\w+)\.(\d{1,4})\.(\d{1,10})((?:,[a-z]\w*=[\w.+-]+)*)$/i;

export const formatRecipe = ({ by, model, sampler, steps, seed, from, params = {} }: FitRecipe): string =>
  [
    [by, model, sampler, steps, seed].join('.'),
    ...(from === undefined ? [] : [`from=${from}`]),
    ...Object.entries(params).map((pair) => pair.join('=')),
  ].join(',');

/**
 * `ld3.digits-1a2b3c4d.dpmpp_2m.10.7`: method, model, sampler, steps, seed; then `,from=exponential` of where it began, and
 * `,iterations=40` of the method's parameters.
 */
export function parseRecipe(text: string): FitRecipe | undefined {
  const m = RECIPE.exec(text);
  if (!m || !Object.hasOwn(FIT_TITLES, m[1]!) || Number(m[5]) > 0xffffffff) return undefined;
  const recipe = { by: m[1] as FitId, model: m[2]!, sampler: m[3]!, steps: Number(m[4]), seed: Number(m[5]) };
  if (!m[6]) return recipe;
  const pairs = m[6].slice(1).split(',');
  const { from, ...params } = Object.fromEntries(pairs.map((pair) => pair.split('=') as [string, string]));
  return {
    ...recipe,
    ...(from !== undefined && { from }),
    ...(Object.keys(params).length > 0 && { params }),
  };
}

/** What is wrong with a list of told levels beside these; undefined where nothing is. */
export function checkAsked(asked: readonly number[], sigmas: readonly number[]): string | undefined {
  const levels = sigmas.filter((s) => s > 0).length;
  if (asked.length !== levels) return `there are ${asked.length} told levels for ${levels} levels above 0`;
  const bad = asked.findIndex((s, i) => !(s > 0 && s < 1e6 && (i === 0 || s < asked[i - 1]!)));
  return bad < 0 ? undefined : 'told levels are numbers above 0 that fall';
}

/**
 * The level that is told at σ: by straight lines in log σ between a schedule's levels, so that a level half-way, or another
 * number of steps, has one too. Above the first and below the last the ratio stays.
 */
export function toldAt(sigma: number, sigmas: readonly number[], asked: readonly number[]): number {
  const at = asked.findIndex((_, i) => sigma >= sigmas[i]!);
  if (at === 0) return (sigma * asked[0]!) / sigmas[0]!;
  if (at < 0) return (sigma * asked.at(-1)!) / sigmas[asked.length - 1]!;
  if (sigma === sigmas[at]) return asked[at]!;
  const share = Math.log(sigma / sigmas[at]!) / Math.log(sigmas[at - 1]! / sigmas[at]!);
  return asked[at]! * (asked[at - 1]! / asked[at]!) ** share;
}

/** The plan with every evaluation told what is asked; its coefficients stay. */
export function tell(ops: readonly Op[], sigmas: readonly number[], asked: readonly number[]): readonly Op[] {
  const told = <E extends { readonly sigma: number }>(e: E): E => ({ ...e, sigma: toldAt(e.sigma, sigmas, asked) });
  return ops.map((op) => {
    if (op.op === 'evalBatch') return { ...op, of: op.of.map(told) };
    return op.op === 'eval' ? told(op) : op;
  });
}

/** A contender on its own list at another number of steps: what was told at the old levels is told between them. */
export const stretched = <C extends FitParts & { readonly sigmas: readonly number[]; readonly steps: number }>(
  c: C,
  sigmas: readonly number[],
): C => ({
  ...c,
  sigmas,
  steps: sigmas.length - 1,
  ...(c.asked && { asked: sigmas.filter((s) => s > 0).map((s) => toldAt(s, c.sigmas, c.asked!)) }),
});

export interface FitParts {
  readonly asked?: readonly number[];
  readonly fit?: FitRecipe;
}

/** A contender without what a fit left: its levels are no longer those. */
export function unfitted<C extends FitParts>(c: C): C {
  if (!c.fit && !c.asked) return c;
  const rest = { ...c } as Record<string, unknown>;
  delete rest['asked'];
  delete rest['fit'];
  return rest as unknown as C;
}

const PART = /^(told|fit)\(([^()]*)\)$/;

/** Takes `told(…)` and `fit(…)` out of a contender's parts; what cannot be read is refused. `sigmas`: of its own list, or none. */
export function takeFit(
  parts: readonly string[],
  sigmas: readonly number[] | null,
  where: string,
  refusals: Refusal[],
): { readonly fitted: FitParts; readonly parts: readonly string[] } {
  let fitted: FitParts = {};
  const rest = parts.filter((part) => {
    const [, kind, text] = PART.exec(part) ?? [];
    if (kind === undefined) return true;
    const refuse = (what: string, because: string) =>
      void refusals.push({ where: `${where} ${what}`, value: text!.slice(0, 80), because, used: 'left out' });
    if (kind === 'fit') {
      const fit = parseRecipe(text!);
      if (fit) fitted = { ...fitted, fit };
      else
        refuse(
          'fit',
          'it is method, model, sampler, steps and seed, joined by points, then the method’s parameters as ,name=value',
        );
      return false;
    }
    const asked = text!.split('_').map((s) => (s.trim() === '' ? NaN : Number(s)));
    const fault = sigmas ? checkAsked(asked, sigmas) : 'told levels belong to a σ list';
    if (fault === undefined) fitted = { ...fitted, asked };
    else refuse('told levels', fault);
    return false;
  });
  return { fitted, parts: rest };
}

/** The parts of a contender's text, in their order. */
export const formatFit = ({ asked, fit }: FitParts): string =>
  `${asked ? `:told(${asked.map(String).join('_')})` : ''}${fit ? `:fit(${formatRecipe(fit)})` : ''}`;
