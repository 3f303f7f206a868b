import { useMemo } from 'react';
import type { LanguageContender } from '../../config/experiment.ts';
import { MAX_CONTENDERS } from '../../config/fields.ts';
import {
  algorithmItem,
  algorithmMenu,
  contenderRefusals,
  grouped,
  takesChain,
  type AlgorithmId,
} from '../../config/menus.ts';
import {
  duplicateContender,
  editLanguage,
  moveContender,
  removeContender,
  setAlgorithm,
  setParam,
} from '../../state/experimentStore.ts';
import { setLanguageView } from '../../state/viewStore.ts';
import { FieldControl } from '../../../../frame/ui/controls/FieldControl.tsx';
import { contenderName, ContenderShell } from '../../../../frame/ui/ContenderShell.tsx';
import { useLanguage } from '../hooks.ts';
import { useGrammars } from './useGrammars.ts';
import { ChainEditor } from './ChainEditor.tsx';

interface Props {
  readonly slot: number;
  readonly index: number;
  readonly contender: LanguageContender;
  readonly count: number;
}
const groups = grouped(algorithmMenu);

/** One contender: its algorithm, its chain of stages, and why it cannot run when it cannot. */
export function ContenderRow({ slot, index, contender: c, count }: Props) {
  const e = useLanguage((s) => s.experiment);
  const item = algorithmItem(c.algorithm);
  const name = contenderName(index);
  const fields = Object.entries(item.fields);
  const readable = useGrammars(c.chain);
  const refusals = useMemo(
    () => contenderRefusals(c, { model: e.model, draft: e.draft, samples: e.samples, maxTokens: e.maxTokens }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what reads a grammar can refuse it once it is loaded
    [c, e.model, e.draft, e.samples, e.maxTokens, readable],
  );
  return (
    <ContenderShell
      slot={slot}
      index={index}
      count={count}
      most={MAX_CONTENDERS}
      refused={refusals.length > 0}
      head={
        <>
          <select
            className="sampler-select"
            aria-label={`${name}: algorithm`}
            value={c.algorithm}
            title={item.summary}
            onChange={(event) => setAlgorithm(index, event.target.value as AlgorithmId)}
          >
            {groups.map((g) => (
              <optgroup key={g.group} label={g.group}>
                {g.items.map((m) => (
                  <option key={m.id} value={m.id}>
                    {m.title}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
          <label className="baseline" title="The others are compared with this one">
            <input
              type="radio"
              name="baseline"
              checked={e.baseline === index}
              aria-label={`${name}: baseline`}
              onChange={() => editLanguage({ baseline: index })}
            />
            <span>base</span>
          </label>
        </>
      }
      onHighlight={(highlighted) => setLanguageView({ highlighted })}
      onMoveUp={() => moveContender(index, -1)}
      onDuplicate={() => duplicateContender(index)}
      onRemove={() => removeContender(index)}
    >
      {(takesChain(c.algorithm) || c.chain.length > 0) && (
        <ChainEditor index={index} name={name} algorithm={c.algorithm} chain={c.chain} />
      )}
      {refusals.length > 0 && (
        <div className="refusal" role="alert" data-testid={`refusal-${index}`}>
          <b>Will not run.</b> {refusals.join(' ')}
        </div>
      )}
      <details className="params">
        <summary>
          <span>{fields.length === 0 ? 'About' : 'Parameters'}</span>
          <span className="params-brief">
            {fields.map(([key, f]) => `${f.label} ${f.format(c.params[key] as never)}`).join(' · ')}
          </span>
        </summary>
        <div className="fields">
          {fields.map(([key, field]) => (
            <FieldControl
              key={key}
              field={field}
              name={name}
              value={c.params[key] ?? field.default}
              onChange={(v) => setParam(index, key, v)}
            />
          ))}
          <p className="summary">
            {item.summary}{' '}
            {item.paper && (
              <a href={item.paper.url} target="_blank" rel="noreferrer">
                Paper
              </a>
            )}
          </p>
        </div>
      </details>
    </ContenderShell>
  );
}
