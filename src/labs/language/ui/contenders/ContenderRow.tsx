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
import { Icon } from '../../../../frame/ui/Icon.tsx';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { useLanguage } from '../hooks.ts';
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
  const name = `Contender ${index + 1}`;
  const fields = Object.entries(item.fields);
  const refusals = useMemo(
    () => contenderRefusals(c, { model: e.model, draft: e.draft, samples: e.samples, maxTokens: e.maxTokens }),
    [c, e.model, e.draft, e.samples, e.maxTokens],
  );
  return (
    <li
      className={`contender${refusals.length > 0 ? ' refused' : ''}`}
      data-testid={`contender-${index}`}
      onPointerEnter={() => setLanguageView({ highlighted: slot })}
      onPointerLeave={() => setLanguageView({ highlighted: null })}
    >
      <div className="contender-head">
        <Marker slot={slot} size={13} />
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
        <div className="row-tools">
          <button
            type="button"
            aria-label={`${name}: move up`}
            title="Move up"
            disabled={index === 0}
            onClick={() => moveContender(index, -1)}
          >
            <Icon name="up" />
          </button>
          <button
            type="button"
            aria-label={`${name}: duplicate`}
            title="Duplicate"
            disabled={count >= MAX_CONTENDERS}
            onClick={() => duplicateContender(index)}
          >
            <Icon name="copy" />
          </button>
          <button
            type="button"
            aria-label={`${name}: remove`}
            title="Remove"
            disabled={count <= 1}
            onClick={() => removeContender(index)}
          >
            <Icon name="remove" />
          </button>
        </div>
      </div>
      <div className="contender-body">
        {(takesChain(c.algorithm) || c.chain.length > 0) && <ChainEditor index={index} name={name} chain={c.chain} />}
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
      </div>
    </li>
  );
}
