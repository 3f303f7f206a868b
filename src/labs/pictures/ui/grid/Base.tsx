import { useExperiment } from '../hooks.ts';
import { ContenderRow } from '../controls/ContenderRow.tsx';
import { PromptBox } from '../controls/PromptBox.tsx';
import { SharedControls } from '../controls/SharedControls.tsx';
import { ModelPanel } from '../model/ModelPanel.tsx';

/** What all cells share but for what the axes set: the experiment and its first contender. */
export function Base() {
  const contender = useExperiment((s) => s.experiment.contenders[0]!);
  const slot = useExperiment((s) => s.slots[0]!);
  return (
    <div className="pictures grid-base">
      <ModelPanel />
      <PromptBox runs={false} />
      <SharedControls />
      <section className="contenders" aria-label="The contender that cells vary">
        <div className="section-head">
          <h2>Contender</h2>
          <p className="fine">what no axis sets is taken from here</p>
        </div>
        <ol>
          <ContenderRow slot={slot} index={0} contender={contender} count={1} />
        </ol>
      </section>
    </div>
  );
}
