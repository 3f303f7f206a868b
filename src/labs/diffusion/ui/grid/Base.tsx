import type { ContenderEdits } from '../../../../frame/ui/contenders/edits.ts';
import { SamplerHead } from '../../../../frame/ui/contenders/SamplerHead.tsx';
import { SamplerSettings } from '../../../../frame/ui/contenders/SamplerSettings.tsx';
import { modelCard } from '../../config/menus.ts';
import {
  setParam,
  setSampler,
  setSchedule,
  setScheduleParam,
  setSigmas,
  setSteps,
} from '../../state/experimentStore.ts';
import { SharedControls } from '../controls/SharedControls.tsx';
import { useExperiment } from '../hooks.ts';

const edits: ContenderEdits = {
  setSampler: (id, params) => setSampler(0, id, params),
  setSchedule: (id, params) => setSchedule(0, id, params),
  setSteps: (steps) => setSteps(0, steps),
  setParam: (key, value) => setParam(0, key, value),
  setScheduleParam: (key, value) => setScheduleParam(0, key, value),
  setSigmas: (sigmas) => setSigmas(0, sigmas),
};

/** What all cells share but for what the axes set: the experiment and its first contender. */
export function Base() {
  const { contenders, model } = useExperiment((s) => s.experiment);
  const contender = contenders[0]!;
  return (
    <>
      <SharedControls />
      <section className="contenders" aria-label="The contender that cells vary">
        <div className="section-head">
          <h2>Contender</h2>
          <p className="fine">what no axis sets is taken from here</p>
        </div>
        <div className="contender">
          <div className="contender-head">
            <SamplerHead name="Contender 1" contender={contender} edits={edits} />
          </div>
          <div className="contender-body base-body">
            <SamplerSettings slot={0} index={0} contender={contender} range={modelCard(model).range} edits={edits} />
          </div>
        </div>
      </section>
    </>
  );
}
