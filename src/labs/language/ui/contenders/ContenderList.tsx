import { newContender, newLink } from '../../config/contenderText.ts';
import { MAX_CONTENDERS } from '../../config/fields.ts';
import { algorithmMenu, drawsFromChain } from '../../config/menus.ts';
import { addContender } from '../../state/experimentStore.ts';
import { useLanguage } from '../hooks.ts';
import { ContenderRow } from './ContenderRow.tsx';

/** The rows of the comparison. */
export function ContenderList() {
  const { contenders } = useLanguage((s) => s.experiment);
  const slots = useLanguage((s) => s.slots);
  const add = () => {
    const unused =
      algorithmMenu.find((m) => !contenders.some((c) => c.algorithm === m.id)) ??
      algorithmMenu.find((m) => m.id === 'sampling')!;
    addContender(newContender(unused.id, drawsFromChain(unused.id) ? [newLink('temperature')] : []));
  };
  return (
    <section className="contenders" aria-label="Contenders">
      <div className="section-head">
        <h2>Contenders</h2>
        <p className="fine">same random numbers for all</p>
        <button
          type="button"
          onClick={add}
          disabled={slots.length >= MAX_CONTENDERS}
          title={
            slots.length >= MAX_CONTENDERS
              ? `At most ${MAX_CONTENDERS} are compared`
              : 'Add an algorithm to the comparison'
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
