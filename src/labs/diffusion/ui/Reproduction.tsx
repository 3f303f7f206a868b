import { contenderTitle } from '../../../samplers/contenders/naming.ts';
import { NotCompared, ReproductionNote } from '../../../frame/ui/ReproductionNote.tsx';
import type { Experiment } from '../config/experiment.ts';
import type { Reproduction as Outcome } from '../../../engine/diffusion/fingerprint.ts';
import { compact } from '../../../frame/ui/format.ts';
import { useRun } from './hooks.ts';

/** Whether the opened link's run came out the same here; for a link that carries a record. */
export default function Reproduction() {
  const outcome = useRun((s) => s.reproduction);
  const phase = useRun((s) => s.phase);
  const experiment = useRun((s) => s.experiment);
  const pending = phase === 'running' || phase === 'waiting';
  return (
    <ReproductionNote verdict={outcome?.verdict ?? null} pending={pending} tone={outcome?.verdict ?? 'unreadable'}>
      {outcome && wordsOf(outcome, experiment)}
    </ReproductionNote>
  );
}

/** What came of comparing, in words. */
function wordsOf(outcome: Outcome, experiment: Experiment | null) {
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
      return <NotCompared because={outcome.because} />;
    default:
      return outcome satisfies never;
  }
}
