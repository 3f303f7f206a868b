// Wrappers are loaded when a link or an edit names one: few visits do.
import type { Contender } from './experiment.ts';

/** Whether a link may name one. */
const namesWrapper = (hash: string): boolean => /:(?:~|%7e)/i.test(hash);
export const wrapped = ({ contenders }: { readonly contenders: readonly Contender[] }): boolean =>
  contenders.some(({ wraps }) => wraps !== undefined);

let here = false;
/** Whether a link can be read as it is. */
export const canRead = (hash: string): boolean => here || !namesWrapper(hash);
export async function loadWrappers(): Promise<void> {
  await import('../../../wrappers/index.ts');
  here = true;
}
