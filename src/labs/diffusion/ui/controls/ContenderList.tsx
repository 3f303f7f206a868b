import { useState } from 'react';
import { choosesCost, expectedNfe, newContender } from '../../config/contender.ts';
import type { Contender } from '../../config/experiment.ts';
import { MAX_CONTENDERS } from '../../config/fields.ts';
import { samplerMenu } from '../../config/menus.ts';
import { matchBudget } from '../../state/budget.ts';
import { addContender } from '../../state/experimentStore.ts';
import { setView } from '../../state/viewStore.ts';
import { useExperiment } from '../hooks.ts';
import { freeText } from './freeText.ts';
import { ContenderRow } from './ContenderRow.tsx';

const titleOf = ({ sampler }: Contender): string => samplerMenu.find((m) => m.id === sampler)?.title ?? sampler;

/** Makes costs equal: those on screen at one budget, or every sampler there is. */
function BudgetTools() {
  const { contenders, model } = useExperiment((s) => s.experiment);
  const costs = contenders.map((c) => expectedNfe(c, model));
  const free = [...new Set(contenders.filter(choosesCost).map(titleOf))];
  const [typed, setTyped] = useState<string | null>(null);
  const budget = typed ?? String(Math.max(...costs));
  const wanted = Number(budget);
  const valid = Number.isInteger(wanted) && wanted >= 1 && wanted <= 1000;
  return (
    <form
      className="budget-tools"
      onSubmit={(e) => {
        e.preventDefault();
        if (valid) matchBudget(wanted);
        setTyped(null);
      }}
    >
      <label>
        Same evaluations for all
        <input
          inputMode="numeric"
          value={budget}
          aria-invalid={!valid}
          title={valid ? 'Each gets the most steps that these evaluations buy it' : 'A whole number from 1 to 1000'}
          onChange={(e) => setTyped(e.target.value)}
        />
      </label>
      <button type="submit" disabled={!valid}>
        Match
      </button>
      <button
        type="button"
        onClick={() => setView({ panel: 'rank' })}
        title="Runs every sampler at one number of evaluations and sorts them"
      >
        Rank all…
      </button>
      <button
        type="button"
        onClick={() => setView({ panel: 'search' })}
        title="Searches samplers, schedules and parameters for the best at a number of evaluations"
      >
        Find the best…
      </button>
      {free.length > 0 && (
        <p className="fine" data-testid="free-budget">
          {freeText(free)}
        </p>
      )}
    </form>
  );
}

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
      <BudgetTools />
    </section>
  );
}
