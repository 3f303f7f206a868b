import { lazy, Suspense, useMemo, useState } from 'react';
import type { Contender } from '../../config/experiment.ts';
import { guidanceRemarks } from '../../config/guidance.ts';
import { MAX_CONTENDERS } from '../../config/fields.ts';
import { modelCard } from '../../config/menus.ts';
import {
  duplicateContender,
  experimentStore,
  moveContender,
  removeContender,
  reorderContender,
  setGuidance,
  setGuidanceParam,
  setParam,
  setSampler,
  setSchedule,
  setScheduleParam,
  setSigmas,
  setSteps,
} from '../../state/experimentStore.ts';
import { setView, toggleHidden, toggleSolo } from '../../state/viewStore.ts';
import { useExperiment, useView } from '../hooks.ts';
import { contenderName, ContenderShell } from '../../../../frame/ui/ContenderShell.tsx';
import type { ContenderEdits } from '../../../../frame/ui/contenders/edits.ts';
import { GuidanceSettings } from '../../../../frame/ui/contenders/GuidanceSettings.tsx';
import { SamplerHead } from '../../../../frame/ui/contenders/SamplerHead.tsx';
import { wrapNames } from '../../../../samplers/contenders/wrapping.ts';
import { SamplerSettings } from '../../../../frame/ui/contenders/SamplerSettings.tsx';

const Wraps = lazy(() => import('../wraps/Wraps.tsx'));
/** What fits a contender is loaded when it is asked for. */
const openFit = async (slot: number) => (await import('../../state/fit.ts')).fitContender(slot);

/** Of few contenders something is to be said. */
const FitNote = lazy(() => import('./FitNote.tsx'));

interface Props {
  readonly slot: number;
  readonly index: number;
  readonly contender: Contender;
  readonly count: number;
}

const editsOf = (index: number): ContenderEdits => ({
  setSampler: (id, params) => setSampler(index, id, params),
  setSchedule: (id, params) => setSchedule(index, id, params),
  setSteps: (steps) => setSteps(index, steps),
  setParam: (key, value) => setParam(index, key, value),
  setScheduleParam: (key, value) => setScheduleParam(index, key, value),
  setSigmas: (sigmas) => setSigmas(index, sigmas),
});

/** One contender: its sampler, schedule, steps and parameters, and the noise levels they come to. */
export function ContenderRow({ slot, index, contender, count }: Props) {
  const experiment = useExperiment((s) => s.experiment);
  const { model, learned, label, guidance } = experiment;
  const card = modelCard(model);
  const hidden = useView((s) => s.hidden.includes(slot));
  const edits = useMemo(() => editsOf(index), [index]);
  const { wraps } = contender;
  const wrapped = wraps !== undefined;
  const [fold, setFold] = useState({ open: wrapped, asked: wrapped, wrapped });
  // A first wrapper opens the fold, wherever it comes from; the last one that goes leaves it as it is.
  if (fold.wrapped !== wrapped) setFold({ open: fold.open || wrapped, asked: fold.asked || wrapped, wrapped });
  return (
    <ContenderShell
      slot={slot}
      index={index}
      count={count}
      most={MAX_CONTENDERS}
      head={<SamplerHead name={contenderName(index)} contender={contender} edits={edits} />}
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
      <SamplerSettings slot={slot} index={index} contender={contender} range={card.range} edits={edits}>
        <button type="button" className="wide" onClick={() => void openFit(slot)}>
          Fit to this model…
        </button>
      </SamplerSettings>
      {contender.fit && (
        <Suspense fallback={null}>
          <FitNote index={index} contender={contender} />
        </Suspense>
      )}
      {(card.classes.length > 0 || contender.guide) && (
        <GuidanceSettings
          name={contenderName(index)}
          index={index}
          contender={contender}
          none={card.guidance ? `Guidance of all: w ${guidance}` : 'No guidance'}
          remarks={guidanceRemarks(contender, { model, learned, label })}
          onMethod={(method) => setGuidance(index, method)}
          onParam={(key, value) => setGuidanceParam(index, key, value)}
        />
      )}
      <details
        className="params"
        open={fold.open}
        onToggle={(e) => {
          const { open } = e.currentTarget;
          setFold((old) => ({ ...old, open, asked: old.asked || open }));
        }}
      >
        <summary>
          Wrappers: {wrapped ? wrapNames(contender).join(' · ') : 'less than whole evaluations, or more'}
        </summary>
        {fold.asked && (
          <Suspense fallback={<p className="fine">Loading…</p>}>
            <Wraps slot={slot} name={contenderName(index)} contender={contender} model={model} />
          </Suspense>
        )}
      </details>
    </ContenderShell>
  );
}
