import { useMemo } from 'react';
import type { CacheFormat } from '../../../../core/cacheFormat.ts';
import type { FormatChoice } from '../../config/experiment.ts';
import { languageFields } from '../../config/fields.ts';
import { languageCard, languageModelIds, languageModelMenu, type LanguageModelId } from '../../config/menus.ts';
import { formatSource, parseSource } from '../../../../hub/source.ts';
import { editLanguage, setModel } from '../../state/experimentStore.ts';
import { modelChoice } from '../../state/model.ts';
import type { FitReport } from '../../state/types.ts';
import { FieldControl } from '../../../../frame/ui/controls/FieldControl.tsx';
import { Labelled } from '../../../../frame/ui/controls/Labelled.tsx';
import { useDraft } from '../../../../frame/ui/controls/useDraft.ts';
import { ModelChooser } from '../../../../frame/ui/model/ModelChooser.tsx';
import { useLanguage, useModel } from '../hooks.ts';
import { count } from '../text.ts';
import { ModelFacts } from './ModelFacts.tsx';

const SUGGESTED = [
  'HuggingFaceTB/SmolLM2-135M',
  'HuggingFaceTB/SmolLM2-135M-Instruct',
  'openai-community/gpt2',
  'Qwen/Qwen3-0.6B',
  'Qwen/Qwen2.5-0.5B-Instruct',
  'TinyLlama/TinyLlama-1.1B-Chat-v1.0',
];

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

const hub = { suggested: SUGGESTED, file: 'model-q4_0.gguf' };
const disk = {
  accept: '.gguf,.safetensors,.json,.txt,.model,.jinja',
  children: (
    <>
      Drop a <code>.gguf</code>, or a folder with <code>config.json</code>, <code>tokenizer.json</code> and{' '}
      <code>.safetensors</code>.
    </>
  ),
};
const bundled = {
  items: languageModelMenu,
  choose: (id: LanguageModelId) => setModel({ from: 'bundled', id }),
};
const about = (r: FitReport) =>
  `${r.architecture}, ${count(r.parameters)} weights${r.active === undefined ? '' : `, ${count(r.active)} of them for each token`}`;

/** The model in use, and the ways to another. */
export function ModelPanel() {
  const model = useLanguage((s) => s.experiment.model);
  const format = useLanguage((s) => s.experiment.format);
  const cacheKeys = useLanguage((s) => s.experiment.cacheKeys);
  const cacheValues = useLanguage((s) => s.experiment.cacheValues);
  const loaded = useModel((s) => s.loaded);
  const fields = useMemo(() => languageFields(model), [model]);
  return (
    <ModelChooser choice={modelChoice} source={model} bundled={bundled} hub={hub} disk={disk} about={about}>
      {loaded && <ModelFacts model={loaded} />}
      <details>
        <summary>
          Weights: {fields.format.options.find((o) => o.value === format)?.label}
          {loaded && format === 'auto' && ` (${loaded.format})`}; cache; draft
        </summary>
        <div className="fields">
          <FieldControl
            field={fields.format}
            value={format}
            onChange={(v) => editLanguage({ format: v as FormatChoice })}
          />
          <FieldControl
            field={fields.cacheKeys}
            value={cacheKeys}
            onChange={(v) => editLanguage({ cacheKeys: v as CacheFormat })}
          />
          <FieldControl
            field={fields.cacheValues}
            value={cacheValues}
            onChange={(v) => editLanguage({ cacheValues: v as CacheFormat })}
          />
          <DraftControl />
        </div>
      </details>
    </ModelChooser>
  );
}
