// What the numbers of a fit belong to: a model, and where guidance was looked at also its weight, its method and the classes.
import { wrapperOf, type OwnWrapper } from '../samplers/contenders/wrapping.ts';

/** Six digits that tell texts apart (FNV-1a). */
function digits(text: string): string {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0').slice(2);
}

/** `guidedBy`: what says how the run is guided, and for which classes. */
export const fittedIdentity = (guided: boolean, identity: string, guidedBy: string): string =>
  guided ? `${identity}_${digits(guidedBy)}` : identity;

/** Why one of them was fitted elsewhere; null where none was. */
export function elsewhere(wraps: readonly OwnWrapper[], identity: string, guidedBy: string): string | null {
  for (const { id, fitted } of wraps) {
    const guided = wrapperOf(id)?.fit?.guided ?? false;
    if (!fitted || fitted.model === fittedIdentity(guided, identity, guidedBy)) continue;
    const [model, guidance] = fitted.model.split(/_(?=[0-9a-f]{6}$)/) as [string, string?];
    return guidance !== undefined && model === identity
      ? `'${id}' was fitted to this model under another guidance, or for other classes`
      : `'${id}' was fitted to a model whose weights begin with ${model}; here they are ${identity}`;
  }
  return null;
}
