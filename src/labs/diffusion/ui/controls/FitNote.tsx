import type { Contender } from '../../config/experiment.ts';
import { fittedElsewhere } from '../../config/fitKey.ts';
import { useExperiment, useRun } from '../hooks.ts';

/** That a contender was fitted for something else than what it runs on. */
export default function FitNote({ index, contender }: { readonly index: number; readonly contender: Contender }) {
  const experiment = useExperiment((s) => s.experiment);
  const digest = useRun((s) => (s.experiment?.model === experiment.model ? s.about?.digest : null));
  const said = fittedElsewhere(experiment, contender, digest);
  return said === null ? null : (
    <p className="remark" role="note" data-testid={`fit-note-${index}`}>
      {said}
    </p>
  );
}
