import { useEffect } from 'react';
import { useStore } from 'zustand';
import { samplerMenu, type SamplerId } from '../../config/samplerMenus.ts';
import { readVerdicts, verdicts, verifyHere } from '../../state/verdicts.ts';
import { verdictOf } from './facts.ts';
import { SIGNS } from './SamplerFacts.tsx';

const titleOf = (id: SamplerId): string => samplerMenu.find((m) => m.id === id)?.title ?? id;

/** Beside results: which of the samplers that made them are verified on this device, and a way to verify the others. */
export default function VerifiedNote({ samplers }: { readonly samplers: readonly SamplerId[] }) {
  const { known, checking, trouble } = useStore(verdicts);
  useEffect(() => void readVerdicts(), []);
  if (!known) return null;
  const ids = [...new Set(samplers)];
  const open = ids.filter((id) => verdictOf(id, known).state === 'open');
  const busy = ids.filter((id) => checking.includes(id));
  return (
    <div className="verified-note" data-testid="verified-note">
      <ul>
        {ids.map((id) => {
          const { state, text } = verdictOf(id, known);
          return (
            <li key={id} data-verdict={state} title={text}>
              <span className={`verdict-${state}`} aria-hidden="true">
                {SIGNS[state] || '·'}
              </span>{' '}
              {titleOf(id)}
              <span className="fine"> {checking.includes(id) ? 'being verified on this device…' : text}</span>
            </li>
          );
        })}
      </ul>
      {open.length > 0 && busy.length === 0 && (
        <button type="button" className="small" onClick={() => void verifyHere(open)}>
          {open.length === 1 ? `Verify ${titleOf(open[0]!)} here` : `Verify these ${open.length} here`}
        </button>
      )}
      {trouble !== '' && <p className="verdict-failed">{trouble}</p>}
    </div>
  );
}
