import { useEffect, useState } from 'react';
import { grammarsLoaded, loadGrammars, usesGrammar } from '../../config/menus.ts';
import type { ChainLink } from '../../config/experiment.ts';

/** Loads what reads grammars for a chain that has one; true once it is there, or is not needed. */
export function useGrammars(chain: readonly ChainLink[]): boolean {
  const needed = usesGrammar(chain);
  const [, setLoaded] = useState(grammarsLoaded());
  useEffect(() => {
    let gone = false;
    if (needed && !grammarsLoaded()) void loadGrammars().then(() => !gone && setLoaded(true));
    return () => {
      gone = true;
    };
  }, [needed]);
  return !needed || grammarsLoaded();
}
