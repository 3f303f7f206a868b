import { useState } from 'react';
import { useStore } from 'zustand';
import { defaults, type AnyField, type ParamValue } from '../../../../core/field.ts';
import { FieldControl } from '../../../../frame/ui/controls/FieldControl.tsx';
import { optimisers, type OptimiserId } from '../../config/optimisers.ts';
import { cancelFit, fitLevels, fitStore } from '../../state/fit.ts';

interface Props {
  readonly slot: number;
  /** Of the contender, for whoever hears the page. */
  readonly name: string;
  readonly steps: number;
}
const ids = Object.keys(optimisers) as OptimiserId[];

/** Noise levels computed for the model at hand, instead of a schedule made for all. */
export default function FitLevels({ slot, name, steps }: Props) {
  const [id, setId] = useState<OptimiserId>('gits');
  const [given, setGiven] = useState<Readonly<Record<string, ParamValue>>>({});
  const { phase, slot: whose, fraction } = useStore(fitStore);
  const running = phase === 'running';
  const method = optimisers[id];
  const fields = Object.entries<AnyField>(method.params);
  const params: Readonly<Record<string, ParamValue>> = {
    ...defaults<Record<string, ParamValue>>(method.params as never),
    ...given,
  };
  return (
    <div className="fit-levels fields">
      <label className="labelled choice">
        Method
        <select
          aria-label={`${name}: method that finds levels`}
          value={id}
          onChange={(e) => {
            setId(e.target.value as OptimiserId);
            setGiven({});
          }}
        >
          {ids.map((o) => (
            <option key={o} value={o}>
              {optimisers[o].title}
            </option>
          ))}
        </select>
      </label>
      {fields.map(([key, field]) => (
        <FieldControl
          key={key}
          field={field}
          name={`${name} ${method.title}`}
          value={params[key] ?? field.default}
          onChange={(value) => setGiven({ ...given, [key]: value })}
        />
      ))}
      {running && whose === slot ? (
        <p className="fine" role="status">
          <progress max={1} value={fraction} /> <button onClick={cancelFit}>Stop</button>
        </p>
      ) : (
        <button type="button" disabled={running} onClick={() => void fitLevels(slot, id, params)}>
          Find {steps} {steps === 1 ? 'level' : 'levels'}
        </button>
      )}
      <p className="summary">
        {method.summary}{' '}
        <a href={method.paper.url} target="_blank" rel="noreferrer">
          Paper
        </a>
      </p>
    </div>
  );
}
