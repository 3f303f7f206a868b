import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { SamplerId } from '../../config/samplerMenus.ts';
import { readVerdicts, verdicts, verifyHere } from '../../state/verdicts.ts';
import { factsOf, sourceOf, verdictOf, type Verdict } from './facts.ts';

/** How a verdict is marked. */
export const SIGNS: Readonly<Record<Verdict['state'], string>> = { passed: '✓', failed: '✗', open: '', none: '' };

/** One line of what a sampler is, and one of what is verified of it on this device. */
export default function SamplerFacts({ id }: { readonly id: SamplerId }) {
  useEffect(() => void readVerdicts(), []);
  const { title, url } = sourceOf(id);
  return (
    <div className="sampler-facts" data-testid={`facts-${id}`}>
      <p>
        {factsOf(id).words.join(' · ')} ·{' '}
        <a href={url} target="_blank" rel="noreferrer">
          {title}
        </a>
      </p>
      <VerdictLine id={id} />
    </div>
  );
}

/** What is verified of a sampler here, and a way to verify it. */
export function VerdictLine({ id }: { readonly id: SamplerId }) {
  const { known, checking, trouble } = useStore(verdicts);
  const { state, text } = verdictOf(id, known);
  const now = checking.includes(id);
  return (
    <p data-verdict={state}>
      <span className={`verdict-${state}`}>
        {SIGNS[state]} {now ? 'Being verified on this device…' : text}
      </span>{' '}
      {known && !now && (
        <button type="button" className="small" onClick={() => void verifyHere([id])}>
          {state === 'open' ? 'Verify it here' : 'Verify again'}
        </button>
      )}
      {trouble !== '' && !now && <span className="verdict-failed"> {trouble}</span>}
    </p>
  );
}
