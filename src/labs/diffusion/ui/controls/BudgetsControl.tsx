import { useState } from 'react';
import { defaultBudgets, MAX_BUDGETS, MAX_STEPS } from '../../config/fields.ts';
import { editShared } from '../../state/experimentStore.ts';
import { useExperiment } from '../hooks.ts';
import { Labelled } from '../../../../frame/ui/controls/Labelled.tsx';

function parse(text: string): number[] | undefined {
  const list = text
    .trim()
    .split(/[\s,.;]+/)
    .map(Number);
  const rising = list.every((v, i) => Number.isInteger(v) && v >= 1 && v <= MAX_STEPS && (i === 0 || v > list[i - 1]!));
  return rising && list.length <= MAX_BUDGETS ? list : undefined;
}

/** The evaluation budgets that the charts sweep over, as a list of numbers. */
export function BudgetsControl() {
  const budgets = useExperiment((s) => s.experiment.budgets);
  const model = useExperiment((s) => s.experiment.model);
  const [draft, setDraft] = useState<string | null>(null);
  const refused = draft !== null && parse(draft) === undefined;
  return (
    <Labelled
      className="wide"
      label="Evaluation budgets"
      help={`Rising whole numbers, at most ${MAX_BUDGETS}: each contender takes as many steps as fit into each.`}
    >
      {({ id, describedBy }) => (
        <div className="with-button">
          <input
            id={id}
            type="text"
            value={draft ?? budgets.join(' ')}
            aria-describedby={describedBy}
            aria-invalid={refused}
            spellCheck={false}
            onBlur={() => setDraft(null)}
            onChange={(e) => {
              setDraft(e.target.value);
              const list = parse(e.target.value);
              if (list) editShared({ budgets: list });
            }}
          />
          <button type="button" onClick={() => editShared({ budgets: defaultBudgets(model) })}>
            Default
          </button>
        </div>
      )}
    </Labelled>
  );
}
