import { contenderTitle } from '../config/contender.ts';
import { compact } from '../../../frame/ui/format.ts';
import { useExperiment, useRun } from './hooks.ts';

/** Whether the opened link's run came out the same here. */
export function Reproduction() {
  const carried = useExperiment((s) => s.fingerprint !== null);
  const outcome = useRun((s) => s.reproduction);
  const phase = useRun((s) => s.phase);
  const experiment = useRun((s) => s.experiment);
  if (!carried) return null;
  if (!outcome)
    return phase === 'running' || phase === 'waiting' ? (
      <p className="reproduction" data-testid="reproduction" data-verdict="pending">
        This link carries the record of a run. Running it here to compare…
      </p>
    ) : null;
  const words = (() => {
    switch (outcome.verdict) {
      case 'reproduced':
        return (
          <>
            <b>Reproduced</b>: largest difference {compact(outcome.largest, 2)} over all contenders and steps, in data
            units.
          </>
        );
      case 'differs': {
        const c = experiment?.contenders[outcome.contender];
        return (
          <>
            <b>Differs</b> at step {outcome.step} of {c ? contenderTitle(c) : `contender ${outcome.contender + 1}`} by{' '}
            {compact(outcome.by, 2)}: another version of the page or model, or an adapter that computes differently.
          </>
        );
      }
      case 'unreadable':
        return (
          <>
            <b>Not compared</b>: {outcome.because}. The experiment itself is as the link says.
          </>
        );
      default:
        return outcome satisfies never;
    }
  })();
  return (
    <p
      className={`reproduction ${outcome.verdict}`}
      data-testid="reproduction"
      data-verdict={outcome.verdict}
      role="status"
    >
      {words}
    </p>
  );
}
