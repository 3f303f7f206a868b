import { useId, useMemo } from 'react';
import { languageFields, MAX_PROMPT } from '../../config/fields.ts';
import { languageCard } from '../../config/menus.ts';
import { editLanguage } from '../../state/experimentStore.ts';
import { cancelRun } from '../../state/runner.ts';
import { runAgain } from '../../state/session.ts';
import { FieldControl } from '../../../../frame/ui/controls/FieldControl.tsx';
import { useLanguage, useLanguageRun, useModel } from '../hooks.ts';
import { visible } from '../text.ts';
import { RunFields } from './RunFields.tsx';

/** What all contenders go on from, and what they share. */
export function PromptBox() {
  const e = useLanguage((s) => s.experiment);
  const loaded = useModel((s) => s.loaded);
  const phase = useLanguageRun((s) => s.phase);
  const tokens = useLanguageRun((s) => s.prompt);
  const ran = useLanguageRun((s) => s.experiment);
  const fields = useMemo(() => languageFields(e.model), [e.model]);
  const id = useId();
  const card = e.model.from === 'bundled' ? languageCard(e.model.id) : undefined;
  const chat = loaded?.hasChatTemplate ?? false;
  const words = e.chat ? `${e.system}\n${e.prompt}` : e.prompt;
  const special = e.names === 'text' || (loaded?.specialNames.some((name) => words.includes(name)) ?? false);
  const current = ran?.prompt === e.prompt && ran.chat === e.chat && ran.names === e.names;
  return (
    <section className="prompt-box" aria-label="Prompt">
      <div className="section-head">
        <h2>
          <label htmlFor={id}>Prompt</label>
        </h2>
        <span
          className="fine"
          data-testid="prompt-tokens"
          title={
            tokens
              ? tokens
                  .slice(0, 200)
                  .map((t) => visible(t.text))
                  .join(' | ')
              : undefined
          }
        >
          {tokens ? (
            <span className={current ? '' : 'stale'}>
              {tokens.length} {tokens.length === 1 ? 'token' : 'tokens'}
            </span>
          ) : (
            ' '
          )}
        </span>
        {phase === 'running' ? (
          <button type="button" className="run" onClick={cancelRun}>
            Stop
          </button>
        ) : (
          <button type="button" className="primary run" onClick={runAgain}>
            Run
          </button>
        )}
      </div>
      <textarea
        id={id}
        rows={4}
        value={e.prompt}
        maxLength={MAX_PROMPT}
        spellCheck={false}
        data-testid="prompt"
        onChange={(event) => editLanguage({ prompt: event.target.value })}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) runAgain();
        }}
      />
      {card && card.prompts.length > 1 && (
        <div className="chips" aria-label="Suggested prompts" role="group">
          {card.prompts.map((p) => (
            <button
              key={p}
              type="button"
              className="chip"
              aria-pressed={p === e.prompt}
              title={p}
              onClick={() => editLanguage({ prompt: p })}
            >
              {p.length > 32 ? `${p.slice(0, 30)}…` : p}
            </button>
          ))}
        </div>
      )}
      {(chat || e.chat) && (
        <FieldControl field={fields.chat} value={e.chat} onChange={(v) => editLanguage({ chat: v === true })} />
      )}
      {e.chat && (
        <label className="system">
          System text
          <textarea
            rows={2}
            value={e.system}
            maxLength={MAX_PROMPT}
            spellCheck={false}
            onChange={(event) => editLanguage({ system: event.target.value })}
          />
        </label>
      )}
      {e.chat && loaded?.templateFault && (
        <p className="refusal">Chat will not run: {loaded.templateFault}. Turn it off to put the prompt as it is.</p>
      )}
      {e.chat && loaded && !chat && (
        <p className="refusal" data-testid="no-template">
          This model came without a chat template: it gets the prompt as it is, and no system text.
        </p>
      )}
      <RunFields fields={fields} names={special} samples />
    </section>
  );
}
