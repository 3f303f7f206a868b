import { useId, useMemo } from 'react';
import { languageFields, MAX_PROMPT } from '../../config/fields.ts';
import { editLanguage } from '../../state/experimentStore.ts';
import { useLanguage, useModel } from '../hooks.ts';
import { RunFields } from '../prompt/RunFields.tsx';
import { TemplateControls } from './TemplateControls.tsx';

/** What all replies are written under. */
export function ChatSetup() {
  const e = useLanguage((s) => s.experiment);
  const loaded = useModel((s) => s.loaded);
  const fields = useMemo(() => languageFields(e.model), [e.model]);
  const id = useId();
  return (
    <section className="prompt-box" aria-label="Conversation">
      <div className="section-head">
        <h2>
          <label htmlFor={id}>System prompt</label>
        </h2>
      </div>
      <textarea
        id={id}
        rows={2}
        value={e.system}
        maxLength={MAX_PROMPT}
        spellCheck={false}
        data-testid="system"
        onChange={(event) => editLanguage({ system: event.target.value })}
      />
      {loaded && (
        <p className="fine" data-testid="template">
          {loaded.hasChatTemplate
            ? 'Put through the chat template that came with the model.'
            : 'This model came without a chat template: a plain one is used, turns one after the other.'}
        </p>
      )}
      {loaded?.templateFault && <p className="refusal">Chat will not run: {loaded.templateFault}.</p>}
      {loaded && <TemplateControls variables={loaded.templateVariables} values={e.variables} />}
      <RunFields fields={fields} names samples={false} />
    </section>
  );
}
