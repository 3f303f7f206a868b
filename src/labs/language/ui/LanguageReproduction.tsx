import { NotCompared, ReproductionNote } from '../../../frame/ui/ReproductionNote.tsx';
import type { LanguageExperiment } from '../config/experiment.ts';
import type { LanguageReproduction as Outcome } from '../config/fingerprint.ts';
import { contenderTitle } from '../config/contenderText.ts';
import { useLanguage, useLanguageRun } from './hooks.ts';

/** Whether the opened link's run came out the same here. */
export function LanguageReproduction() {
  const carried = useLanguage((s) => s.fingerprint !== null);
  const outcome = useLanguageRun((s) => s.reproduction);
  const phase = useLanguageRun((s) => s.phase);
  const experiment = useLanguageRun((s) => s.experiment);
  if (!carried) return null;
  const pending = phase === 'running' || phase === 'waiting';
  return (
    <ReproductionNote
      verdict={outcome?.verdict ?? null}
      pending={pending}
      tone={TONES[outcome?.verdict ?? 'unreadable']}
    >
      {outcome && wordsOf(outcome, experiment)}
    </ReproductionNote>
  );
}

const TONES = { reproduced: 'reproduced', diverged: 'differs', unreadable: 'unreadable' } as const;

/** What came of comparing, in words. */
function wordsOf(outcome: Outcome, experiment: LanguageExperiment | null) {
  switch (outcome.verdict) {
    case 'reproduced':
      return (
        <>
          <b>Reproduced</b>: all {outcome.tokens} tokens are the same.
        </>
      );
    case 'diverged': {
      const c = experiment?.contenders[outcome.contender];
      return (
        <>
          <b>Diverged</b> at token {outcome.token + 1} of {c ? contenderTitle(c) : `contender ${outcome.contender + 1}`}
          {(experiment?.samples ?? 1) > 1 && `, sample ${outcome.sample + 1}`}: other weights, or an adapter whose
          rounding tips a close choice.
        </>
      );
    }
    case 'unreadable':
      return <NotCompared because={outcome.because} />;
    default:
      return outcome satisfies never;
  }
}
