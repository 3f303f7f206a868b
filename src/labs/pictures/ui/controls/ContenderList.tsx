import { samplerMenu } from '../../../../frame/config/samplerMenus.ts';
import { newPictureContender } from '../../config/contender.ts';
import { MAX_CONTENDERS } from '../../config/fields.ts';
import { openingOf } from '../../config/model.ts';
import { addContender } from '../../state/experimentStore.ts';
import { setView } from '../../state/viewStore.ts';
import { useExperiment } from '../hooks.ts';
import { ContenderRow } from './ContenderRow.tsx';

/** The rows of the comparison. */
export function ContenderList() {
  const { contenders, model } = useExperiment((s) => s.experiment);
  const slots = useExperiment((s) => s.slots);
  const full = slots.length >= MAX_CONTENDERS;
  const add = () => {
    const unused = samplerMenu.find((m) => !contenders.some((c) => c.sampler === m.id)) ?? samplerMenu[0]!;
    const last = contenders.at(-1);
    const opening = openingOf(model);
    addContender(newPictureContender(unused.id, last?.steps ?? opening.steps, last?.guidance ?? opening.guidance));
  };
  return (
    <section className="contenders" aria-label="Contenders">
      <div className="section-head">
        <h2>Contenders</h2>
        <p className="fine">same noise, same text for all</p>
        <button
          type="button"
          onClick={add}
          disabled={full}
          title={full ? `At most ${MAX_CONTENDERS} are compared` : 'Add a sampler to the comparison'}
        >
          Add
        </button>
      </div>
      <ol>
        {slots.map((slot, i) => (
          <ContenderRow key={slot} slot={slot} index={i} contender={contenders[i]!} count={slots.length} />
        ))}
      </ol>
      <div className="rank-tools">
        <button
          type="button"
          onClick={() => setView({ panel: 'best' })}
          title="Searches samplers, schedules and parameters for the best at a number of evaluations"
        >
          Find the best…
        </button>
      </div>
    </section>
  );
}
