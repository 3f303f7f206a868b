import { useStore } from 'zustand';
import type { AnyField } from '../../../../core/field.ts';
import { FieldControl } from '../../../../frame/ui/controls/FieldControl.tsx';
import type { DenoiserWrapper, OwnWrapper } from '../../../../samplers/contenders/wrapping.ts';
import { wrappers, type WrapperId } from '../../../../wrappers/index.ts';
import type { Contender, Experiment } from '../../config/experiment.ts';
import { wrapRemarks } from '../../config/wrapRemarks.ts';
import {
  addWrap,
  cancelWrapFit,
  fitWrap,
  MOST_WRAPS,
  raiseWrap,
  removeWrap,
  setWrapParam,
  wrapFitStore,
  type WrapPlace,
} from '../../state/wraps.ts';
import Bars from './Bars.tsx';

interface Props {
  readonly place: WrapPlace;
  /** For whoever hears the page. */
  readonly name: string;
  readonly contender: Contender;
  readonly on: Pick<Experiment, 'model' | 'learned' | 'label'>;
}
const ids = Object.keys(wrappers) as WrapperId[];
const asksMore = (id: WrapperId) => (wrappers[id] as DenoiserWrapper).more === true;
const GROUPS = [
  { label: 'leaves something out', of: ids.filter((id) => !asksMore(id)) },
  { label: 'asks more', of: ids.filter(asksMore) },
];

/** What makes a contender's evaluations less than whole, or more than one: the first of the list acts first. */
export default function WrapList(props: Props) {
  const { place, name, contender, on } = props;
  const { wraps = [] } = contender;
  return (
    <div className="wraps">
      {wraps.length > 0 && <Bars contender={contender} model={on.model} />}
      <ol>
        {wraps.map((own, at) => (
          <Wrap key={`${at} ${own.id}`} {...props} own={own} at={at} />
        ))}
      </ol>
      {wraps.length < MOST_WRAPS && (
        <label className="labelled choice">
          Ask less, or more
          <select
            aria-label={`${name}: add a wrapper`}
            value=""
            onChange={(e) => addWrap(place, e.target.value as WrapperId)}
          >
            <option value="">choose how…</option>
            {GROUPS.map(({ label, of }) => (
              <optgroup key={label} label={label}>
                {of.map((id) => (
                  <option key={id} value={id}>
                    {wrappers[id].title}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}

function Wrap({ place, name, contender, on, own, at }: Props & { readonly own: OwnWrapper; readonly at: number }) {
  const by: DenoiserWrapper = wrappers[own.id as WrapperId];
  const remarks = wrapRemarks(contender, at, on);
  return (
    <li>
      <div className="wrap-head">
        <h4>{by.title}</h4>
        {at > 0 && (
          <button type="button" aria-label={`${by.title}: act earlier`} onClick={() => raiseWrap(place, at)}>
            ↑
          </button>
        )}
        <button type="button" aria-label={`Remove ${by.title}`} onClick={() => removeWrap(place, at)}>
          ×
        </button>
      </div>
      <div className="fields">
        {Object.entries<AnyField>(by.params as never).map(([key, field]) => (
          <FieldControl
            key={key}
            field={field}
            name={`${name} ${by.title}`}
            value={own.params[key] ?? field.default}
            onChange={(value) => setWrapParam(place, at, key, value)}
          />
        ))}
        {by.fit && <Fit place={place} at={at} fitted={own.fitted !== undefined} />}
        {remarks.map((remark) => (
          <p key={remark} className="remark" role="note">
            {remark}
          </p>
        ))}
        <p className="summary">
          {by.summary}{' '}
          <a href={by.paper.url} target="_blank" rel="noreferrer">
            Paper
          </a>
        </p>
      </div>
    </li>
  );
}

function Fit({ place, at, fitted }: Pick<Props, 'place'> & { readonly at: number; readonly fitted: boolean }) {
  const { phase, of, wrap, fraction } = useStore(wrapFitStore);
  const running = phase === 'running';
  if (running && of === place.key && wrap === at)
    return (
      <p className="fine" role="status">
        <progress max={1} value={fraction} /> <button onClick={cancelWrapFit}>Stop</button>
      </p>
    );
  return (
    <button type="button" disabled={running} onClick={() => void fitWrap(place, at)}>
      {fitted ? 'Fit again on this model' : 'Fit on this model'}
    </button>
  );
}
