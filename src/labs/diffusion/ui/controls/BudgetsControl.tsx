import { defaultBudgets, MAX_BUDGETS, MAX_STEPS } from '../../config/fields.ts';
import { editShared } from '../../state/experimentStore.ts';
import { useExperiment } from '../hooks.ts';
import { Labelled } from '../../../../frame/ui/controls/Labelled.tsx';
import { useDraft } from '../../../../frame/ui/controls/useDraft.ts';

function read(text: string): readonly number[] | Error {
  const list = text.split(/[\s,.;]+/).filter((t) => t !== '');
  const odd = list.find((t) => !/^\d+$/.test(t) || Number(t) < 1 || Number(t) > MAX_STEPS);
  if (odd !== undefined) return new Error(`“${odd.slice(0, 20)}” is not a whole number from 1 to ${MAX_STEPS}.`);
  const budgets = list.map(Number);
  const fall = budgets.findIndex((v, i) => i > 0 && v <= budgets[i - 1]!);
  if (fall > 0) return new Error(`${budgets[fall]} does not rise above the ${budgets[fall - 1]} before it.`);
  if (budgets.length < 1 || budgets.length > MAX_BUDGETS)
    return new Error(`Takes 1 to ${MAX_BUDGETS} budgets; these are ${budgets.length}.`);
  return budgets;
}

/** The evaluation budgets that the charts sweep over, as a list of numbers. */
export function BudgetsControl() {
  const budgets = useExperiment((s) => s.experiment.budgets);
  const model = useExperiment((s) => s.experiment.model);
  const draft = useDraft(budgets, {
    format: (list) => list.join(' '),
    read,
    onChange: (list) => editShared({ budgets: list }),
  });
  return (
    <Labelled
      className="wide"
      label="Evaluation budgets"
      problem={draft.problem}
      help={`Rising whole numbers, at most ${MAX_BUDGETS}: each contender takes as many steps as fit into each.`}
    >
      {({ id, describedBy }) => (
        <div className="with-button">
          <input
            id={id}
            type="text"
            value={draft.text}
            aria-describedby={describedBy}
            aria-invalid={draft.problem !== null}
            spellCheck={false}
            onBlur={draft.leave}
            onKeyDown={(e) => draft.onKey(e.key)}
            onChange={(e) => draft.type(e.target.value)}
          />
          <button
            type="button"
            onClick={() => {
              draft.drop();
              editShared({ budgets: defaultBudgets(model) });
            }}
          >
            Default
          </button>
        </div>
      )}
    </Labelled>
  );
}
