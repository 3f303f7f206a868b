import { useId } from 'react';
import { pictureCard } from '../../../../models/pictures.ts';
import { MAX_PROMPT } from '../../config/fields.ts';
import { editShared } from '../../state/experimentStore.ts';
import { cancelRun } from '../../state/runner.ts';
import { runAgain } from '../../state/session.ts';
import type { TextRead } from '../../state/types.ts';
import { useBusy, useExperiment, useLoaded, useRun } from '../hooks.ts';

interface ReadProps {
  readonly read: TextRead | null;
  readonly what: 'prompt' | 'negative';
}
/** How many tokens a text has. */
function Tokens({ read, what }: ReadProps) {
  if (!read || (what === 'negative' && read.tokens === 0)) return null;
  return (
    <span className="fine" data-testid={`tokens-${what}`}>
      {read.tokens} of {read.most} tokens
    </span>
  );
}
/** What of a text did not fit. */
function Cut({ read, what }: ReadProps) {
  if (!read || read.cut === '') return null;
  return (
    <p className="remark" role="note" data-testid={`cut-${what}`}>
      The text encoder reads {read.most} tokens: “{read.cut.length > 80 ? `${read.cut.slice(0, 80)}…` : read.cut}” was
      cut off.
    </p>
  );
}

function RunButton({ busy }: { busy: boolean }) {
  return busy ? (
    <button type="button" className="run" onClick={cancelRun}>
      Stop
    </button>
  ) : (
    <button type="button" className="primary run" title="Ctrl+Enter in a prompt" onClick={runAgain}>
      Run
    </button>
  );
}

/** What the pictures are to show. */
export function PromptBox() {
  const e = useExperiment((s) => s.experiment);
  const ran = useRun((s) => s.experiment);
  const texts = useRun((s) => s.texts);
  const busy = useBusy();
  const loaded = useLoaded();
  const [id, negativeId] = [useId(), useId()];
  const card = e.model.from === 'bundled' ? pictureCard(e.model.id) : undefined;
  const readsText = loaded?.readsText ?? true;
  const run = (event: React.KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) runAgain();
  };
  const reads = (kind: 'prompt' | 'negative') => (ran?.[kind] === e[kind] ? (texts?.[kind] ?? null) : null);
  if (!readsText)
    return (
      <section className="prompt-box" aria-label="Prompt">
        <p className="summary">{loaded?.title} reads no text.</p>
        <RunButton busy={busy} />
      </section>
    );
  return (
    <section className="prompt-box" aria-label="Prompt">
      <div className="prompt-text">
        <label htmlFor={id}>Prompt</label> <Tokens read={reads('prompt')} what="prompt" />
        <textarea
          id={id}
          rows={2}
          value={e.prompt}
          maxLength={MAX_PROMPT}
          spellCheck={false}
          onChange={(event) => editShared({ prompt: event.target.value })}
          onKeyDown={run}
        />
        <Cut read={reads('prompt')} what="prompt" />
      </div>
      <div className="negative-text">
        <label htmlFor={negativeId}>Negative prompt</label> <Tokens read={reads('negative')} what="negative" />
        <textarea
          id={negativeId}
          rows={2}
          value={e.negative}
          maxLength={MAX_PROMPT}
          spellCheck={false}
          placeholder="what guidance leads away from; empty: anything"
          onChange={(event) => editShared({ negative: event.target.value })}
          onKeyDown={run}
        />
        <Cut read={reads('negative')} what="negative" />
      </div>
      <RunButton busy={busy} />
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
              {p.length > 42 ? `${p.slice(0, 40)}…` : p}
            </button>
          ))}
        </div>
      )}
    </section>
  );
}
