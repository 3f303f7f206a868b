import { useId } from 'react';
import { pictureCard } from '../../../../models/pictures.ts';
import { MAX_PROMPT } from '../../config/fields.ts';
import { editShared } from '../../state/experimentStore.ts';
import { cancelRun } from '../../state/runner.ts';
import { runAgain } from '../../state/session.ts';
import type { TextRead } from '../../state/types.ts';
import { useExperiment, useLoaded, useRun } from '../hooks.ts';

/** How many tokens a text has, and what of it did not fit. */
function Read({ read, what }: { read: TextRead | null; what: string }) {
  if (!read) return null;
  return read.cut === '' ? (
    <span className="fine" data-testid={`tokens-${what}`}>
      {read.tokens} of {read.most} tokens
    </span>
  ) : (
    <p className="remark" role="note" data-testid={`cut-${what}`}>
      The text encoder reads {read.most} tokens: “{read.cut.length > 80 ? `${read.cut.slice(0, 80)}…` : read.cut}” was
      cut off.
    </p>
  );
}

/** What the pictures are to show. */
export function PromptBox() {
  const e = useExperiment((s) => s.experiment);
  const ran = useRun((s) => s.experiment);
  const texts = useRun((s) => s.texts);
  const phase = useRun((s) => s.phase);
  const loaded = useLoaded();
  const [id, negativeId] = [useId(), useId()];
  const card = e.model.from === 'bundled' ? pictureCard(e.model.id) : undefined;
  const readsText = loaded?.readsText ?? true;
  const run = (event: React.KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) runAgain();
  };
  return (
    <section className="prompt-box" aria-label="Prompt">
      <div className="section-head">
        <h2>
          <label htmlFor={id}>Prompt</label>
        </h2>
        {ran?.prompt === e.prompt && texts?.prompt?.cut === '' && <Read read={texts.prompt} what="prompt" />}
        {phase === 'running' || phase === 'waiting' ? (
          <button type="button" className="run" onClick={cancelRun}>
            Stop
          </button>
        ) : (
          <button type="button" className="primary run" onClick={runAgain}>
            Run
          </button>
        )}
      </div>
      {readsText ? (
        <>
          <textarea
            id={id}
            rows={3}
            value={e.prompt}
            maxLength={MAX_PROMPT}
            spellCheck={false}
            onChange={(event) => editShared({ prompt: event.target.value })}
            onKeyDown={run}
          />
          {ran?.prompt === e.prompt && texts?.prompt && texts.prompt.cut !== '' && (
            <Read read={texts.prompt} what="prompt" />
          )}
          {card && (
            <div className="chips" aria-label="Suggested prompts" role="group">
              {card.prompts.map((p) => (
                <button
                  key={p}
                  type="button"
                  className="chip"
                  aria-pressed={p === e.prompt}
                  title={p}
                  onClick={() => editShared({ prompt: p })}
                >
                  {p.length > 34 ? `${p.slice(0, 32)}…` : p}
                </button>
              ))}
            </div>
          )}
          <label className="negative" htmlFor={negativeId}>
            Negative prompt
          </label>
          <textarea
            id={negativeId}
            rows={1}
            value={e.negative}
            maxLength={MAX_PROMPT}
            spellCheck={false}
            placeholder="what guidance leads away from; empty for anything"
            onChange={(event) => editShared({ negative: event.target.value })}
            onKeyDown={run}
          />
          {ran?.negative === e.negative && texts?.negative && texts.negative.cut !== '' && (
            <Read read={texts.negative} what="negative" />
          )}
        </>
      ) : (
        <p className="summary">{loaded?.title} reads no text.</p>
      )}
    </section>
  );
}
