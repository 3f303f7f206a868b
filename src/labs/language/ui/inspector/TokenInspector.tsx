import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import { contenderTitle } from '../../config/contenderText.ts';
import { goOnWith, inspect, inspectorStore, step, textAt } from '../../state/inspector.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { useLanguageRun, useLanguageView } from '../hooks.ts';
import { bits, ORIGINS, percent, quoted } from '../text.ts';
import { DrawStrip } from './DrawStrip.tsx';
import { StageColumn } from './StageColumn.tsx';
import { TypedBox } from './TypedBox.tsx';
import { drawWords } from './why.ts';

/**
 * Why this token: from the model's own distribution through every stage to the draw, and the way to go on with another.
 */
export function TokenInspector() {
  const place = useLanguageView((s) => s.place);
  const run = useLanguageRun((s) => s);
  const { phase, inspection, failure, typed } = useStore(inspectorStore);
  const panel = useRef<HTMLElement>(null);
  const [picked, setPicked] = useState<{ readonly key: string; readonly token: number } | null>(null);
  const key = JSON.stringify(place);
  const pick = picked?.key === key ? picked.token : null;
  useEffect(() => {
    // The token must not lie behind the panel that explains it.
    const token = document.querySelector('.token.selected');
    const box = panel.current;
    token?.scrollIntoView({ block: 'nearest' });
    const hidden = token && box ? token.getBoundingClientRect().bottom + 24 - box.getBoundingClientRect().top : 0;
    if (hidden > 0) window.scrollBy(0, hidden);
  }, [key, phase]);
  useEffect(() => {
    // Whoever closes it from inside is back at the text.
    const from = document.activeElement;
    return () => {
      if (from instanceof HTMLElement && (document.activeElement === null || document.activeElement === document.body))
        from.focus({ preventScroll: true });
    };
  }, []);
  if (!place) return null;
  const { tokens, contender } = textAt(run, place);
  const token = tokens[place.at];
  const c = run.experiment?.contenders[contender];
  const chosen = inspection?.chosen;
  const candidate =
    inspection?.stages.flatMap((s) => s.top).find((t) => t.token === pick) ??
    inspection?.typed.find((t) => t.token === pick);
  const why = inspection && drawWords(inspection);
  const onKey = (e: KeyboardEvent) => {
    if (e.target instanceof HTMLElement && e.target.closest('select, input')) return;
    if (e.key === 'ArrowLeft') step(-1);
    else if (e.key === 'ArrowRight') step(1);
    else return;
    e.preventDefault();
  };
  return (
    <aside
      ref={panel}
      className="token-inspector"
      aria-label="Token inspector"
      data-testid="inspector"
      data-phase={phase}
      onKeyDown={onKey}
    >
      <div className="section-head">
        <Marker slot={place.slot} />
        <h2>{token ? <>Why {quoted(token.text)}</> : 'Token'}</h2>
        <span className="fine inspector-of">
          {c && contenderTitle(c)}
          {place.path !== '' && ', branch'}
          {(run.experiment?.samples ?? 1) > 1 && `, sample ${place.sample + 1}`}
        </span>
        <div className="stepper">
          <button type="button" aria-label="Previous token" disabled={place.at <= 0} onClick={() => step(-1)}>
            ←
          </button>
          <output>
            {place.at + 1} / {tokens.length}
          </output>
          <button
            type="button"
            aria-label="Next token"
            disabled={place.at >= tokens.length - 1}
            onClick={() => step(1)}
          >
            →
          </button>
        </div>
        <button type="button" onClick={() => void inspect(null)}>
          Close
        </button>
      </div>
      <div className="token-facts">
        {chosen && (
          <span>
            <b>{percent(chosen.probability)}</b> in the end
          </span>
        )}
        {token && (
          <span>
            <b>{percent(Math.exp(token.record.logProbability))}</b> of the model, rank{' '}
            {(chosen?.rank ?? token.record.rank) + 1}
          </span>
        )}
        {chosen && (
          <span title="−log₂ of the model’s own probability">
            surprisal <b>{chosen.surprisalBits.toFixed(2)} bits</b>
          </span>
        )}
        {token && (
          <span title="Expected surprisal of the model’s own distribution">
            entropy <b>{bits(token.record.entropy).toFixed(2)} bits</b>
          </span>
        )}
        {token && (
          <span title="Share of the model’s own distribution that the stages left">
            kept <b>{percent(token.record.keptMass)}</b> of the model’s mass
          </span>
        )}
        {token && token.record.by !== 'model' && (
          <span className={`by-${token.record.by}`}>{ORIGINS[token.record.by]}</span>
        )}
        <span className="go-on">
          {candidate && candidate.token !== token?.id ? (
            <button
              type="button"
              className="primary"
              data-testid="go-on"
              onClick={() => {
                setPicked(null);
                goOnWith(candidate.token);
              }}
            >
              Go on with {quoted(candidate.text)}
            </button>
          ) : (
            <span className="fine">press another token to go on with it</span>
          )}
        </span>
      </div>
      {phase === 'failed' && failure && (
        <p className="refusal" role="alert">
          <b>{failure.message}</b> {failure.hint}
        </p>
      )}
      {inspection && (
        <div className={phase === 'asking' ? 'stale' : ''}>
          {why && (
            <p className="why" data-testid="why">
              {why}
            </p>
          )}
          {inspection.note && <p className="fine">{inspection.note}</p>}
          <ol className="stage-columns">
            {inspection.stages.map((s, i) => (
              <StageColumn
                key={i}
                stage={s}
                place={i}
                chosen={inspection.chosen.token}
                picked={pick}
                onPick={(t) => setPicked({ key, token: t })}
              />
            ))}
          </ol>
          <TypedBox typed={typed} found={inspection.typed} picked={pick} onPick={(t) => setPicked({ key, token: t })} />
          {inspection.draw ? (
            <DrawStrip draw={inspection.draw} chosen={inspection.chosen.token} />
          ) : (
            <p className="fine">
              Nothing was drawn: this token was{' '}
              {token?.record.by === 'reader' ? 'picked by hand' : 'the choice of the algorithm'}.
            </p>
          )}
        </div>
      )}
      {!inspection && phase === 'asking' && <p className="fine">Asking the model…</p>}
    </aside>
  );
}
