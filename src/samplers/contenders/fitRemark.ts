// Words on a fit that was made for something else.
import { FIT_TITLES, type FitRecipe } from './fitted.ts';

/** Null where it is at home, or where there is none. */
export function fitRemark(
  { fit, sampler, steps }: { readonly fit?: FitRecipe; readonly sampler: string; readonly steps: number },
  model: string,
): string | null {
  if (!fit) return null;
  const others = [
    // A model whose weights are not known yet is compared by its name.
    ...(sameModel(fit.model, model) ? [] : [`the model ${fit.model}`]),
    ...(fit.sampler === sampler ? [] : [`the sampler ${fit.sampler}`]),
    ...(fit.steps === steps ? [] : [`${fit.steps} ${fit.steps === 1 ? 'step' : 'steps'}`]),
  ];
  if (others.length === 0) return null;
  return `Its ${FIT_TITLES[fit.by]} were found for ${others.join(' and ')}: here they are a guess. Fit again to know.`;
}

/** `digits` is any `digits-…`: weights that are not known cannot be told apart. */
function sameModel(a: string, b: string): boolean {
  const [x, y] = [a, b].map((key) => {
    const [name, ...told] = key.split('.');
    const [id, digest] = name!.split('-');
    return { id, digest, told: told.join('.') };
  });
  return x!.id === y!.id && x!.told === y!.told && (!x!.digest || !y!.digest || x!.digest === y!.digest);
}
