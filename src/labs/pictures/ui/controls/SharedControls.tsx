import { useMemo } from 'react';
import type { ParamValue } from '../../../../core/field.ts';
import { FieldControl } from '../../../../frame/ui/controls/FieldControl.tsx';
import { NumberControl } from '../../../../frame/ui/controls/NumberControl.tsx';
import { SeedControl } from '../../../../frame/ui/controls/SeedControl.tsx';
import { StepsListControl } from '../../../../frame/ui/controls/StepsListControl.tsx';
import type { PicturesExperiment } from '../../config/experiment.ts';
import { MAX_BUDGETS, MAX_STEPS, picturesFields } from '../../config/fields.ts';
import { openingOf } from '../../config/model.ts';
import { editShared, type Shared } from '../../state/experimentStore.ts';
import { useExperiment, useLoaded } from '../hooks.ts';
import { ClassControl } from './ClassControl.tsx';
import { SizeControl } from './SizeControl.tsx';
import { StartControl } from './StartControl.tsx';

/** What all contenders share beside the prompt: how many pictures, how large, from which noise. */
export function SharedControls() {
  const e = useExperiment((s) => s.experiment);
  const loaded = useLoaded();
  const opening = openingOf(e.model);
  const fields = useMemo(() => picturesFields(opening), [opening]);
  const set = (key: keyof Shared) => (value: ParamValue) => editShared({ [key]: value } as Partial<PicturesExperiment>);
  return (
    <section className="shared" aria-label="Shared by all contenders">
      <div className="pair">
        <NumberControl field={fields.count} value={e.count} onChange={(count) => editShared({ count })} />
        <SeedControl field={fields.seed} value={e.seed} onChange={(seed) => editShared({ seed })} />
      </div>
      {loaded?.classes != null && <ClassControl field={fields.label} labels={loaded.labels} value={e.label} />}
      <SizeControl />
      <StartControl />
      <details>
        <summary>
          Noise: {fields.noise.options.find((o) => o.value === e.noise)?.label}; conventions:{' '}
          {fields.conventions.options.find((o) => o.value === e.conventions)?.label}
          {e.clipSkip > 0 && `; CLIP skip ${e.clipSkip}`}
        </summary>
        <div className="fields">
          <FieldControl field={fields.conventions} value={e.conventions} onChange={set('conventions')} />
          <FieldControl field={fields.noise} value={e.noise} onChange={set('noise')} />
          {e.noise !== 'ours' && (
            <>
              <FieldControl field={fields.perPicture} value={e.perPicture} onChange={set('perPicture')} />
              {e.noise === 'torch-cuda' && (
                <p className="summary wide">
                  The stream of CUDA is built after its published layout and checked against printed values, not on a
                  device.
                </p>
              )}
            </>
          )}
          {(loaded?.readsText ?? true) && (
            <NumberControl
              field={{ ...fields.clipSkip, max: Math.max(1, loaded?.mostSkip ?? fields.clipSkip.max) }}
              value={e.clipSkip}
              onChange={(clipSkip) => editShared({ clipSkip })}
            />
          )}
        </div>
      </details>
      <details>
        <summary>
          Measured against {e.reference === 0 ? 'nothing' : `the solution of ${e.reference} steps`}; sweep
        </summary>
        <div className="fields">
          <NumberControl
            field={fields.reference}
            value={e.reference}
            onChange={(reference) => editShared({ reference })}
          />
          <StepsListControl
            label="Steps of the sweep"
            help={`Rising whole numbers, at most ${MAX_BUDGETS}: every contender is run at each.`}
            value={e.budgets}
            usual={opening.budgets}
            most={MAX_BUDGETS}
            largest={MAX_STEPS}
            onChange={(budgets) => editShared({ budgets })}
          />
        </div>
      </details>
    </section>
  );
}
