import { useMemo } from 'react';
import { contenderName, ContenderShell } from '../../../../frame/ui/ContenderShell.tsx';
import type { ContenderEdits } from '../../../../frame/ui/contenders/edits.ts';
import { SamplerHead } from '../../../../frame/ui/contenders/SamplerHead.tsx';
import { SamplerSettings } from '../../../../frame/ui/contenders/SamplerSettings.tsx';
import { NumberControl } from '../../../../frame/ui/controls/NumberControl.tsx';
import type { PictureContender } from '../../config/experiment.ts';
import { levelsInForce, type PlanOptions } from '../../engine/plan.ts';
import { guidanceFields, MAX_CONTENDERS } from '../../config/fields.ts';
import { guidanceRemarks } from '../../config/guidance.ts';
import { openingOf } from '../../config/model.ts';
import {
  duplicateContender,
  experimentStore,
  moveContender,
  rangeOf,
  removeContender,
  reorderContender,
  setGuidance,
  setParam,
  setSampler,
  setSchedule,
  setScheduleParam,
  setSigmas,
  setSteps,
} from '../../state/experimentStore.ts';
import { setView, toggleHidden, toggleSolo } from '../../state/viewStore.ts';
import type { LoadedPictures } from '../../state/types.ts';
import { useExperiment, useLoaded, useView } from '../hooks.ts';
import { GuidanceControl, MethodFields } from './GuidanceControl.tsx';
import { IntervalControl } from './IntervalControl.tsx';
import { PlacesControl } from './PlacesControl.tsx';

interface Props {
  readonly slot: number;
  readonly index: number;
  readonly contender: PictureContender;
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

/** The levels of a contender on the model in use; before one is loaded, over the range of most. */
function levelsOf(c: PictureContender, loaded: LoadedPictures | null, options: PlanOptions) {
  if (!loaded && options.conventions === 'diffusers')
    return { because: 'The noise levels are known once the model’s scheduler has been read.' };
  const { schedulerBytes, pipeline } = loaded ?? { schedulerBytes: new Uint8Array(), pipeline: null };
  const model = { range: rangeOf({ start: null }), schedulerBytes, ...(pipeline !== null && { pipeline }) };
  return levelsInForce(c, model, options);
}

/** One contender: its sampler, its noise levels, and how the prompt guides it. */
export function ContenderRow({ slot, index, contender: c, count }: Props) {
  const e = useExperiment((s) => s.experiment);
  const loaded = useLoaded();
  const hidden = useView((s) => s.hidden.includes(slot));
  const edits = useMemo(() => editsOf(index), [index]);
  const { start, conventions } = e;
  // The model's own range is read again when another model is ready.
  const range = useMemo(() => rangeOf({ start }), [start, loaded]); // eslint-disable-line react-hooks/exhaustive-deps
  const inForce = useMemo(
    () => levelsOf(c, loaded, { conventions, from: start?.sigma ?? null }),
    [c, loaded, conventions, start],
  );
  const name = contenderName(index);
  const fields = useMemo(() => guidanceFields(openingOf(e.model).guidance), [e.model]);
  // A method that a link brought is seen, and can be changed, wherever it is.
  const guided = loaded?.unguided == null || c.guide !== undefined;
  const remarks = loaded ? guidanceRemarks(c, loaded, e.negative) : [];
  return (
    <ContenderShell
      slot={slot}
      index={index}
      count={count}
      most={MAX_CONTENDERS}
      head={<SamplerHead name={name} contender={c} edits={edits} />}
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
      {guided && <GuidanceControl name={name} index={index} contender={c} fields={fields} remarks={remarks} />}
      <SamplerSettings slot={slot} index={index} contender={c} range={range} edits={edits} inForce={inForce}>
        {c.sampler === 'consistency' && loaded && (
          <PlacesControl name={name} index={index} contender={c} schedulerBytes={loaded.schedulerBytes} />
        )}
        {guided && !loaded?.told && (
          <>
            <NumberControl
              field={fields.rescale}
              name={name}
              value={c.rescale}
              onChange={(rescale) => setGuidance(index, { rescale })}
            />
            <IntervalControl name={name} index={index} above={c.guideAbove} upTo={c.guideUpTo} fields={fields} />
            <MethodFields name={name} index={index} contender={c} readsText={loaded?.readsText ?? true} />
          </>
        )}
      </SamplerSettings>
    </ContenderShell>
  );
}
