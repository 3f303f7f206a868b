import { newContender } from '../../config/contender.ts';
import { MAX_CONTENDERS } from '../../config/fields.ts';
import { samplerMenu } from '../../config/menus.ts';
import { addContender } from '../../state/experimentStore.ts';
import { useExperiment } from '../hooks.ts';
import { ContenderRow } from './ContenderRow.tsx';

/** The rows of the comparison. */
export function ContenderList() {
  const { contenders } = useExperiment((s) => s.experiment);
  const slots = useExperiment((s) => s.slots);
  const add = () => {
    const unused = samplerMenu.find((m) => !contenders.some((c) => c.sampler === m.id)) ?? samplerMenu[0]!;
    addContender(newContender(unused.id, contenders[0]?.steps ?? 10));
  };
  return (
    <section className="contenders" aria-label="Contenders">
      <div className="section-head">
        <h2>Contenders</h2>
        <p className="fine">all start from the same noise</p>
        <button
          type="button"
          onClick={add}
          disabled={slots.length >= MAX_CONTENDERS}
          title={
            slots.length >= MAX_CONTENDERS
              ? `At most ${MAX_CONTENDERS} are compared`
              : 'Add a sampler to the comparison'
          }
        >
          Add
        </button>
      </div>
      <ol>
        {slots.map((slot, i) => (
          <ContenderRow key={slot} slot={slot} index={i} contender={contenders[i]!} count={slots.length} />
        ))}
      </ol>
    </section>
  );
}
