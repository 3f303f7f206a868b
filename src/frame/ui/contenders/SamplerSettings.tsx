import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react';
import {
  choosesCost,
  choosesSteps,
  contenderFields,
  contenderPlan,
  isStochastic,
  type ContenderPlan,
} from '../../../samplers/contenders/contender.ts';
import { FIT_TITLES } from '../../../samplers/contenders/fitted.ts';
import { stepsField } from '../../../samplers/contenders/fields.ts';
import { levelRemarks, samplerRemarks } from '../../../samplers/contenders/remarks.ts';
import type { Contender } from '../../../samplers/contenders/types.ts';
import type { SigmaRange } from '../../../schedules/types.ts';
import { samplerMenu, scheduleMenu } from '../../config/samplerMenus.ts';
import { contenderName } from '../ContenderShell.tsx';
import { FieldControl } from '../controls/FieldControl.tsx';
import { NumberControl } from '../controls/NumberControl.tsx';
import { PickerButton } from '../picker/PickerButton.tsx';
import type { ContenderEdits } from './edits.ts';
import { Sigmas } from './Sigmas.tsx';

type Plan = Pick<ContenderPlan, 'sigmas' | 'nfe' | 'stochastic'>;

interface Props {
  readonly slot: number;
  readonly index: number;
  readonly contender: Contender;
  /** The levels that the model was made for. */
  readonly range: SigmaRange;
  readonly edits: ContenderEdits;
  /** The plan in force, where it is not the sampler's own over the schedule in this range; or why there is none. */
  readonly inForce?: Plan | { readonly because: string };
  /** More settings, below the sampler's own. */
  readonly children?: ReactNode;
}

const SchedulePicker = lazy(() => import('./SchedulePicker.tsx'));
const SamplerFacts = lazy(() => import('./SamplerFacts.tsx'));

/** A text of many numbers is told by its beginning. */
const brief = (text: string): string => (text.length > 30 ? `${text.slice(0, 28)}…` : text);

/** A sampler that may draw noise does not where no level of the schedule lies in its window. */
const noiseText = (c: Contender, draws: boolean): string => {
  if (draws) return 'stochastic';
  return isStochastic(c) ? 'deterministic: no level in its window' : 'deterministic';
};

/** A contender's schedule, steps and parameters, and the noise levels that they come to. */
export function SamplerSettings({ slot, index, contender: c, range, edits, inForce, children }: Props) {
  const plan = useMemo(() => inForce ?? contenderPlan(c, range), [inForce, c, range]);
  const [opened, setOpened] = useState(false);
  const fields = contenderFields(c);
  const name = contenderName(index);
  const params = Object.entries(fields.params);
  const scheduleParams = Object.entries(fields.scheduleParams);
  const remarks = 'sigmas' in plan ? [...levelRemarks(plan.sigmas, range), ...samplerRemarks(c)] : [plan.because];
  const sampler = samplerMenu.find((m) => m.id === c.sampler);
  const schedule = scheduleMenu.find((m) => m.id === c.schedule);
  return (
    <>
      <div className="timing">
        <div className="labelled choice">
          <PickerButton
            label={`${name}: schedule`}
            title={schedule?.title ?? (c.fit ? FIT_TITLES[c.fit.by] : 'Own σ list')}
            summary={schedule?.summary ?? 'The noise levels as you set them below'}
          >
            {(anchor, close) => (
              <SchedulePicker
                label={`${name}: schedule`}
                value={c.schedule}
                anchor={anchor}
                edits={edits}
                onClose={close}
              />
            )}
          </PickerButton>
        </div>
        {choosesSteps(c) ? (
          <p className="fine" data-testid={`own-steps-${index}`}>
            chooses its own steps
          </p>
        ) : (
          <NumberControl field={stepsField} name={name} value={c.steps} onChange={edits.setSteps} />
        )}
      </div>
      {remarks.map((remark) => (
        <p key={remark} className="remark" role="note" data-testid={`remark-${index}`}>
          {remark}
        </p>
      ))}
      {'sigmas' in plan && (
        <Sigmas
          about={{ name, slot }}
          sigmas={plan.sigmas}
          explicit={c.schedule === 'explicit'}
          onSigmas={edits.setSigmas}
        />
      )}
      <details className="params" onToggle={(e) => e.currentTarget.open && setOpened(true)}>
        <summary>
          <span>
            {'sigmas' in plan
              ? `${choosesCost(c) ? `at most ${plan.nfe}` : plan.nfe} NFE · ${noiseText(c, plan.stochastic)}`
              : 'settings'}
          </span>
          <span className="params-brief">
            {[
              ...params.map(([key, f]) => `${f.label} ${brief(f.format(c.params[key] as never))}`),
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
              onChange={(v) => edits.setParam(key, v)}
            />
          ))}
          {scheduleParams.map(([key, field]) => (
            <FieldControl
              key={`s${key}`}
              field={field}
              name={`${name} schedule`}
              value={c.scheduleParams[key] ?? field.default}
              onChange={(v) => edits.setScheduleParam(key, v)}
            />
          ))}
          {children}
          <p className="summary">
            {sampler?.summary}
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
          {opened && (
            <Suspense fallback={null}>
              <SamplerFacts id={c.sampler} />
            </Suspense>
          )}
        </div>
      </details>
    </>
  );
}
