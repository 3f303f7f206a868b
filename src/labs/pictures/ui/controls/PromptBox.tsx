import { useId, useMemo } from 'react';
import { pictureCard } from '../../../../models/pictures.ts';
import { MAX_PROMPT } from '../../config/fields.ts';
import { firstMark } from '../../config/promptMarks.ts';
import { editShared } from '../../state/experimentStore.ts';
import { cancelRun } from '../../state/runner.ts';
import { runAgain } from '../../state/again.ts';
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

/** The first mark of other programs in a text, which is read as it stands here. */
function Marks({ text, what }: { readonly text: string } & Pick<ReadProps, 'what'>) {
  const mark = useMemo(() => firstMark(text), [text]);
  if (!mark) return null;
  return (
    <p className="remark" role="note" data-testid={`mark-${what}`}>
      “{mark.value.length > 60 ? `${mark.value.slice(0, 60)}…` : mark.value}”: {mark.because}.
    </p>
  );
}

/** Words of more are counted only. */
const MOST_NAMED = 6;
/** Words that a bundled model never met, and those that it did. */
function Unknown({ read, words, what }: ReadProps & { readonly words: readonly string[] }) {
  if (!read || words.length === 0 || read.pieces.length === 0) return null;
  const more = read.pieces.length - MOST_NAMED;
  const named = read.pieces.slice(0, MOST_NAMED).map((word) => `“${word}”`);
  return (
    <div className="remark" role="note" data-testid={`unknown-${what}`}>
      This model learned from captions without {named.join(', ')}
      {more > 0 && ` and ${more} more`}; it can make nothing of {read.pieces.length === 1 ? 'it' : 'them'}.
      <details>
        <summary>Words it knows</summary>
        <p>{words.join(', ')}.</p>
      </details>
    </div>
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

/** What the pictures are to show; in the grid, where no axis says so. */
export function PromptBox({ runs = true }: { readonly runs?: boolean }) {
  const e = useExperiment((s) => s.experiment);
  const ran = useRun((s) => s.experiment);
  const texts = useRun((s) => s.texts);
  const busy = useBusy();
  const loaded = useLoaded();
  const [id, negativeId] = [useId(), useId()];
  const card = e.model.from === 'bundled' ? pictureCard(e.model.id) : undefined;
  const readsText = loaded?.readsText ?? true;
  const words = loaded?.words ?? [];
  const run = (event: React.KeyboardEvent) => {
    if (runs && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) runAgain();
  };
  const reads = (kind: 'prompt' | 'negative') => (ran?.[kind] === e[kind] ? (texts?.[kind] ?? null) : null);
  if (!readsText)
    return (
      <section className="prompt-box" aria-label="Prompt">
        <p className="summary">{loaded?.title} reads no text.</p>
        {runs && <RunButton busy={busy} />}
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
        <Marks text={e.prompt} what="prompt" />
        <Unknown read={reads('prompt')} words={words} what="prompt" />
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
        <Marks text={e.negative} what="negative" />
        <Unknown read={reads('negative')} words={words} what="negative" />
      </div>
      {runs && <RunButton busy={busy} />}
      {card && (
        <div className="chips" aria-label="Suggested prompts" role="group">
          {card.prompts.map((p) => (
            <button
              key={p}
              type="button"
              className="chip"
              aria-pressed={p === e.prompt}
              onClick={() => editShared({ prompt: p })}
            >
              {p}
            </button>
          ))}
        </div>
      )}
    </section>
  );
}
