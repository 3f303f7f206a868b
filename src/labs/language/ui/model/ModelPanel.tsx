import { useMemo, useState } from 'react';
import type { FormatChoice } from '../../config/experiment.ts';
import { languageFields } from '../../config/fields.ts';
import { languageCard, languageModelIds, languageModelMenu, type LanguageModelId } from '../../config/menus.ts';
import { formatSource, parseSource } from '../../../../hub/source.ts';
import { editLanguage, setModel } from '../../state/experimentStore.ts';
import { putAway } from '../../state/model.ts';
import { FieldControl } from '../../../../frame/ui/controls/FieldControl.tsx';
import { Labelled } from '../../../../frame/ui/controls/Labelled.tsx';
import { useDraft } from '../../../../frame/ui/controls/useDraft.ts';
import { useLanguage, useModel } from '../hooks.ts';
import { DropZone } from './DropZone.tsx';
import { FitTable } from './FitTable.tsx';
import { HubForm } from './HubForm.tsx';
import { ModelFacts } from './ModelFacts.tsx';
import { Stored } from './Stored.tsx';

const ORIGINS = [
  ['bundled', 'Bundled'],
  ['hub', 'From the hub'],
  ['file', 'Your disk'],
] as const;

/** The draft model's name; what cannot be read is marked and kept until it is put right. */
function DraftControl() {
  const draft = useLanguage((s) => s.experiment.draft);
  const model = useLanguage((s) => s.experiment.model);
  const own = model.from === 'bundled' ? languageCard(model.id)?.draft : undefined;
  const typed = useDraft(draft, {
    format: (source) => (source ? formatSource(source) : ''),
    read: (text) => {
      const source = text.trim() === '' ? null : parseSource(text.trim(), languageModelIds);
      return typeof source === 'string' ? new Error(source) : source;
    },
    onChange: (source) => editLanguage({ draft: source }),
  });
  return (
    <Labelled
      className="wide"
      label="Draft for speculation"
      help="A smaller model with the same tokenizer: a bundled name, or hub:owner/name. Empty takes the model’s own draft, where it has one."
      problem={typed.problem}
    >
      {({ id, describedBy }) => (
        <input
          id={id}
          type="text"
          spellCheck={false}
          aria-describedby={describedBy}
          aria-invalid={typed.problem !== null}
          placeholder={own ?? 'none'}
          value={typed.text}
          onBlur={typed.leave}
          onKeyDown={(e) => typed.onKey(e.key)}
          onChange={(e) => typed.type(e.target.value)}
        />
      )}
    </Labelled>
  );
}

/** The model in use, and the ways to another. */
export function ModelPanel() {
  const model = useLanguage((s) => s.experiment.model);
  const format = useLanguage((s) => s.experiment.format);
  const loaded = useModel((s) => s.loaded);
  const offer = useModel((s) => s.offer);
  const refused = useModel((s) => s.refused);
  const [from, setFrom] = useState(model.from);
  const [seen, setSeen] = useState(model);
  const fields = useMemo(() => languageFields(model), [model]);
  if (seen !== model) {
    setSeen(model);
    setFrom(model.from);
  }
  const id = model.from === 'bundled' ? model.id : null;
  return (
    <section className="model-panel" aria-label="Model">
      <div className="section-head">
        <h2>Model</h2>
        <div className="segmented" role="radiogroup" aria-label="Where the model comes from">
          {ORIGINS.map(([value, title]) => (
            <label key={value}>
              <input
                type="radio"
                name="origin"
                checked={from === value}
                onChange={() => {
                  setFrom(value);
                  putAway();
                }}
              />
              {title}
            </label>
          ))}
        </div>
      </div>
      {from === 'bundled' && (
        <>
          <select
            aria-label="Bundled model"
            value={id ?? ''}
            onChange={(e) => setModel({ from: 'bundled', id: e.target.value as LanguageModelId })}
          >
            {id === null && (
              <option value="" disabled>
                Choose a bundled model
              </option>
            )}
            {languageModelMenu.map((m) => (
              <option key={m.id} value={m.id}>
                {m.title}
              </option>
            ))}
          </select>
          {id !== null && <p className="summary">{languageCard(id)!.summary}</p>}
        </>
      )}
      {from === 'hub' && <HubForm key={formatSource(model)} />}
      {from === 'file' && <DropZone />}
      {refused && (
        <p className="refusal" role="alert">
          <b>{refused.message}</b> {refused.hint}
        </p>
      )}
      {offer && <FitTable offer={offer} />}
      <Stored />
      {loaded && (
        <>
          {(from !== 'bundled' || formatSource(loaded.source) !== id) && (
            <p className="model-name">
              In use: <b>{loaded.title}</b>
            </p>
          )}
          <ModelFacts model={loaded} />
        </>
      )}
      <details>
        <summary>
          Weights: {fields.format.options.find((o) => o.value === format)?.label}
          {loaded && format === 'auto' && ` (${loaded.format})`}; draft
        </summary>
        <div className="fields">
          <FieldControl
            field={fields.format}
            value={format}
            onChange={(v) => editLanguage({ format: v as FormatChoice })}
          />
          <DraftControl />
        </div>
      </details>
    </section>
  );
}
