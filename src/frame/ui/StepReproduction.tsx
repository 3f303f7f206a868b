import type { Reproduction as Outcome } from '../../engine/diffusion/fingerprint.ts';
import { compact } from './format.ts';
import { NotCompared, ReproductionNote } from './ReproductionNote.tsx';

interface Props {
  readonly outcome: Outcome | null;
  readonly pending: boolean;
  /** What the numbers are measured in. */
  readonly units: string;
  /** How a contender is called. */
  name(contender: number): string;
}

/** Whether the states of a link's run came out the same here. */
export const StepReproduction = ({ outcome, pending, units, name }: Props) => (
  <ReproductionNote verdict={outcome?.verdict ?? null} pending={pending} tone={outcome?.verdict ?? 'unreadable'}>
    {outcome && wordsOf(outcome, units, name)}
  </ReproductionNote>
);

/** What came of comparing, in words. */
function wordsOf(outcome: Outcome, units: string, name: Props['name']) {
  switch (outcome.verdict) {
    case 'reproduced':
      return (
        <>
          <b>Reproduced</b>: largest difference {compact(outcome.largest, 2)} over all contenders and steps, in {units}.
        </>
      );
    case 'differs':
      return (
        <>
          <b>Differs</b> at step {outcome.step} of {name(outcome.contender)} by {compact(outcome.by, 2)}: another
          version of the page or model, or an adapter that computes differently.
        </>
      );
    case 'unreadable':
      return <NotCompared because={outcome.because} />;
    default:
      return outcome satisfies never;
  }
}
