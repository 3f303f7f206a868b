import { grammars } from './engine.ts';

/** Loads what reads grammars, once. */
export async function loadGrammars(): Promise<void> {
  if (!grammars()) await import('./grammars.ts');
}
