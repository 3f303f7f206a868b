import { StepsListControl } from '../../../../frame/ui/controls/StepsListControl.tsx';
import { defaultBudgets, MAX_BUDGETS, MAX_STEPS } from '../../config/fields.ts';
import { editShared } from '../../state/experimentStore.ts';
import { useExperiment } from '../hooks.ts';

/** The evaluation budgets that the charts sweep over, as a list of numbers. */
export function BudgetsControl() {
  const budgets = useExperiment((s) => s.experiment.budgets);
  const model = useExperiment((s) => s.experiment.model);
  return (
    <StepsListControl
      label="Evaluation budgets"
      help={`Rising whole numbers, at most ${MAX_BUDGETS}: each contender takes as many steps as fit into each.`}
      value={budgets}
      usual={defaultBudgets(model)}
      most={MAX_BUDGETS}
      largest={MAX_STEPS}
      onChange={(list) => editShared({ budgets: list })}
    />
  );
}
