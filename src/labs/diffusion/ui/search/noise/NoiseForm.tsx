import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react';
import { createContenderEdits } from '../../../../../frame/state/contenderEdits.ts';
import { GuidanceSettings } from '../../../../../frame/ui/contenders/GuidanceSettings.tsx';
import { SamplerHead } from '../../../../../frame/ui/contenders/SamplerHead.tsx';
import { SamplerSettings } from '../../../../../frame/ui/contenders/SamplerSettings.tsx';
import { FieldControl } from '../../../../../frame/ui/controls/FieldControl.tsx';
import { Labelled } from '../../../../../frame/ui/controls/Labelled.tsx';
import { NumberControl } from '../../../../../frame/ui/controls/NumberControl.tsx';
import { SeedControl } from '../../../../../frame/ui/controls/SeedControl.tsx';
import { StepsListControl } from '../../../../../frame/ui/controls/StepsListControl.tsx';
import { wrapNames } from '../../../../../samplers/contenders/wrapping.ts';
import type { Contender } from '../../../config/experiment.ts';
import { guidanceRemarks } from '../../../config/guidance.ts';
import { modelCard, modelMenu, wholeWithoutClass, type ModelId } from '../../../config/menus.ts';
import {
  baseFaultOf,
  defaultSeek,
  MAX_BUDGET,
  MAX_BUDGETS,
  newVerifier,
  seekFields,
  seekModels,
  seekOn,
  totalEvaluations,
  verifierFields,
  verifiersOf,
  type VerifierId,
} from '../../../config/seekSetup.ts';
import { verifierOf } from '../../../config/seekWords.ts';
import { isCheap, patchSeek, setSeek, setupNow, startSeek } from '../../../state/seekSession.ts';
import { useSeek } from './hooks.ts';
import { Searches } from './Searches.tsx';

const BaseWraps = lazy(() => import('./BaseWraps.tsx'));
const NAME = 'Plain sampler';

interface ChoiceProps<T extends string | number> {
  readonly label: string;
  readonly help: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, title: string])[];
  onPick(value: T): void;
}
function Choice<T extends string | number>({ label, help, value, options, onPick }: ChoiceProps<T>): ReactNode {
  return (
    <Labelled className="choice" label={label} help={help}>
      {({ id, describedBy }) => (
        <select
          id={id}
          aria-describedby={describedBy}
          value={value}
          onChange={(e) => onPick(options[e.target.selectedIndex]![0])}
        >
          {options.map(([option, title]) => (
            <option key={option} value={option}>
              {title}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

/** Edits of the plain sampler, as of a list of one contender. */
const baseEdits = createContenderEdits<Contender, { readonly contenders: readonly Contender[] }>(
  {
    store: { getState: () => ({ experiment: { contenders: [setupNow().base] }, slots: [0] }) },
    change: (what, { contenders }) => setSeek({ ...setupNow(), base: contenders[0]! }, `seek ${what}`),
  },
  () => modelCard(setupNow().model).range,
);
const edits = {
  setSampler: (...rest: Parameters<typeof baseEdits.setSampler> extends [number, ...infer R] ? R : never) =>
    baseEdits.setSampler(0, ...rest),
  setSchedule: (...rest: Parameters<typeof baseEdits.setSchedule> extends [number, ...infer R] ? R : never) =>
    baseEdits.setSchedule(0, ...rest),
  setSteps: (steps: number) => baseEdits.setSteps(0, steps),
  setParam: (...rest: Parameters<typeof baseEdits.setParam> extends [number, ...infer R] ? R : never) =>
    baseEdits.setParam(0, ...rest),
  setScheduleParam: (...rest: Parameters<typeof baseEdits.setScheduleParam> extends [number, ...infer R] ? R : never) =>
    baseEdits.setScheduleParam(0, ...rest),
  setSigmas: (sigmas: readonly number[]) => baseEdits.setSigmas(0, sigmas),
};

/** What is searched, from which starts, judged by what, at which budgets, and what that will cost. */
export function NoiseForm() {
  const { setup: s } = useSeek();
  const card = modelCard(s.model);
  const fields = useMemo(() => seekFields(s.model), [s.model]);
  const verifier = verifierOf(s.verifier);
  const classed = card.classes.length > 0 && !(wholeWithoutClass(card) && s.learned);
  const fault = baseFaultOf(s);
  const [folded, setFolded] = useState(s.base.wraps === undefined);
  return (
    <form
      className="fit-form"
      data-testid="seek-form"
      onSubmit={(e) => {
        e.preventDefault();
        void startSeek();
      }}
    >
      <h2>Search among noises</h2>
      <div className="fields">
        <Choice<ModelId>
          label="Model"
          help={card.summary}
          value={s.model}
          options={seekModels.map((id) => [id, modelMenu.find((m) => m.id === id)!.title])}
          onPick={(model) => setSeek(seekOn(setupNow(), model))}
        />
        <Choice<VerifierId>
          label="Verifier"
          help={verifier.summary}
          value={s.verifier}
          options={verifiersOf(s.model).map((id) => [id, verifierOf(id).title])}
          onPick={(id) => patchSeek(newVerifier(id))}
        />
        {Object.entries(verifierFields(s.verifier)).map(([key, field]) => (
          <FieldControl
            key={key}
            field={field}
            value={s.verifierParams[key] ?? field.default}
            onChange={(value) => patchSeek({ verifierParams: { ...setupNow().verifierParams, [key]: value } })}
          />
        ))}
        <p className="summary">
          {verifier.summary} {verifier.hackable && <b>{verifier.hackable}</b>}
        </p>
        {card.learned && (
          <FieldControl
            field={fields.learned}
            value={s.learned}
            onChange={(v) => patchSeek({ learned: v === true, ...(v === true && { label: -1 }) })}
          />
        )}
        {card.guidance && (
          <NumberControl field={fields.guidance} value={s.guidance} onChange={(guidance) => patchSeek({ guidance })} />
        )}
        {classed && (
          <Choice<number>
            label="Class"
            help={fields.label.help}
            value={s.label}
            options={[
              [-1, wholeWithoutClass(card) ? 'All of the target' : 'Every class in turn'],
              ...card.classes.map((name, i) => [i, name] as const),
            ]}
            onPick={(label) => patchSeek({ label })}
          />
        )}
      </div>
      <section className="seek-base" aria-label="Plain sampler">
        <h3>Plain sampler</h3>
        <div className="contender-head">
          <SamplerHead name={NAME} contender={s.base} edits={edits} />
        </div>
        <SamplerSettings slot={0} index={0} contender={s.base} range={card.range} edits={edits} />
        {(card.classes.length > 0 || s.base.guide) && (
          <GuidanceSettings
            name={NAME}
            index={0}
            contender={s.base}
            none={card.guidance ? `As above: w ${s.guidance}` : 'No guidance'}
            remarks={guidanceRemarks(s.base, s)}
            onMethod={(method) => baseEdits.setGuidance(0, method)}
            onParam={(key, value) => baseEdits.setGuidanceParam(0, key, value)}
          />
        )}
        <details className="params" open={!folded} onToggle={(e) => setFolded(!e.currentTarget.open)}>
          <summary>
            Wrappers: {s.base.wraps ? wrapNames(s.base).join(' · ') : 'less than whole evaluations, or more'}
          </summary>
          {!folded && (
            <Suspense fallback={<p className="fine">Loading…</p>}>
              <BaseWraps name={NAME} />
            </Suspense>
          )}
        </details>
        {fault && (
          <p className="remark" role="note" data-testid="seek-refused">
            Nothing can be searched with it: {fault}.
          </p>
        )}
      </section>
      <Searches />
      <div className="fields">
        <StepsListControl
          label="Budgets"
          help="Evaluations that each start may spend, all that a search tries counted."
          value={s.budgets}
          usual={defaultSeek(s.model).budgets}
          most={MAX_BUDGETS}
          largest={MAX_BUDGET}
          onChange={(budgets) => patchSeek({ budgets })}
        />
        <NumberControl field={fields.samples} value={s.samples} onChange={(samples) => patchSeek({ samples })} />
        <NumberControl field={fields.seeds} value={s.seeds} onChange={(seeds) => patchSeek({ seeds })} />
        <NumberControl field={fields.atOnce} value={s.atOnce} onChange={(atOnce) => patchSeek({ atOnce })} />
        <SeedControl field={fields.seed} value={s.seed} onChange={(seed) => patchSeek({ seed })} />
      </div>
      <p className="fine" data-testid="seek-cost">
        {totalEvaluations(s).toLocaleString('en-GB')} evaluations of single samples
        {isCheap(s) ? ': it runs by itself after an edit.' : '. Begins when you say so.'}
      </p>
    </form>
  );
}
