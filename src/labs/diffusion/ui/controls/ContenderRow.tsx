import { lazy, useMemo } from 'react';
import { contenderFields, contenderPlan, isStochastic } from '../../config/contender.ts';
import type { Contender } from '../../config/experiment.ts';
import { MAX_CONTENDERS, stepsField } from '../../config/fields.ts';
import { levelRemarks } from '../../config/remarks.ts';
import { modelCard, samplerMenu, scheduleMenu } from '../../config/menus.ts';
import {
  duplicateContender,
  experimentStore,
  moveContender,
  removeContender,
  reorderContender,
  setParam,
  setScheduleParam,
  setSteps,
} from '../../state/experimentStore.ts';
import { setView, toggleHidden, toggleSolo } from '../../state/viewStore.ts';
import { useExperiment, useView } from '../hooks.ts';
import { contenderName, ContenderShell } from '../../../../frame/ui/ContenderShell.tsx';
import { FieldControl } from '../../../../frame/ui/controls/FieldControl.tsx';
import { PickerButton } from '../../../../frame/ui/picker/PickerButton.tsx';
import { NumberControl } from '../../../../frame/ui/controls/NumberControl.tsx';
import { Sigmas } from './Sigmas.tsx';

interface Props {
  readonly slot: number;
  readonly index: number;
  readonly contender: Contender;
  readonly count: number;
}

const SamplerPicker = lazy(() => import('./SamplerPicker.tsx'));
const SchedulePicker = lazy(() => import('./SchedulePicker.tsx'));

/** A sampler that may draw noise does not where no level of the schedule lies in its window. */
const noiseText = (c: Contender, draws: boolean): string => {
  if (draws) return 'stochastic';
  return isStochastic(c) ? 'deterministic: no level in its window' : 'deterministic';
};

/** One contender: its sampler, schedule, steps and parameters, and the noise levels they come to. */
export function ContenderRow({ slot, index, contender: c, count }: Props) {
  const model = useExperiment((s) => s.experiment.model);
  const { sigmas, nfe, stochastic } = useMemo(() => contenderPlan(c, model), [c, model]);
  const hidden = useView((s) => s.hidden.includes(slot));
  const fields = contenderFields(c);
  const name = contenderName(index);
  const params = Object.entries(fields.params);
  const scheduleParams = Object.entries(fields.scheduleParams);
  const sampler = samplerMenu.find((m) => m.id === c.sampler);
  const schedule = scheduleMenu.find((m) => m.id === c.schedule);
  const about = { name, slot };
  return (
    <ContenderShell
      slot={slot}
      index={index}
      count={count}
      most={MAX_CONTENDERS}
      head={
        <PickerButton
          className="sampler-select"
          label={`${name}: sampler`}
          title={sampler?.title ?? c.sampler}
          summary={sampler?.summary}
        >
          {(anchor, close) => (
            <SamplerPicker index={index} label={`${name}: sampler`} value={c.sampler} anchor={anchor} onClose={close} />
          )}
        </PickerButton>
      }
      visibility={{
        hidden,
        onHide: () => toggleHidden(slot),
        onSolo: () => toggleSolo(slot, experimentStore.getState().slots),
      }}
      onReorder={reorderContender}
      onHighlight={(highlighted) => setView({ highlighted })}
      onMoveUp={() => moveContender(index, -1)}
      onDuplicate={() => duplicateContender(index)}
      onRemove={() => removeContender(index)}
    >
      <div className="timing">
        <div className="labelled choice">
          <PickerButton
            label={`${name}: schedule`}
            title={schedule?.title ?? 'Own σ list'}
            summary={schedule?.summary ?? 'The noise levels as you set them below'}
          >
            {(anchor, close) => (
              <SchedulePicker
                index={index}
                label={`${name}: schedule`}
                value={c.schedule}
                anchor={anchor}
                onClose={close}
              />
            )}
          </PickerButton>
        </div>
        <NumberControl field={stepsField} name={name} value={c.steps} onChange={(steps) => setSteps(index, steps)} />
      </div>
      {levelRemarks(sigmas, modelCard(model).range).map((remark) => (
        <p key={remark} className="remark" role="note" data-testid={`remark-${index}`}>
          {remark}
        </p>
      ))}
      <Sigmas index={index} about={about} sigmas={sigmas} explicit={c.schedule === 'explicit'} />
      <details className="params">
        <summary>
          <span>
            {nfe} NFE · {noiseText(c, stochastic)}
          </span>
          <span className="params-brief">
            {[
              ...params.map(([key, f]) => `${f.label} ${f.format(c.params[key] as never)}`),
              ...scheduleParams.map(([key, f]) => `${f.label} ${f.format(c.scheduleParams[key] as never)}`),
            ].join(' · ')}
          </span>
        </summary>
        <div className="fields">
          {params.map(([key, field]) => (
            <FieldControl
              key={key}
              field={field}
              name={name}
              value={c.params[key] ?? field.default}
              onChange={(v) => setParam(index, key, v)}
            />
          ))}
          {scheduleParams.map(([key, field]) => (
            <FieldControl
              key={`s${key}`}
              field={field}
              name={`${name} schedule`}
              value={c.scheduleParams[key] ?? field.default}
              onChange={(v) => setScheduleParam(index, key, v)}
            />
          ))}
          <p className="summary">
            {sampler?.summary}{' '}
            {sampler?.paper && (
              <a href={sampler.paper.url} target="_blank" rel="noreferrer">
                Paper
              </a>
            )}
            {schedule && (
              <>
                <br />
                {schedule.summary}{' '}
                {schedule.paper && (
                  <a href={schedule.paper.url} target="_blank" rel="noreferrer">
                    Paper
                  </a>
                )}
              </>
            )}
          </p>
        </div>
      </details>
    </ContenderShell>
  );
}
