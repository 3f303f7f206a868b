import { contenderTitle } from '../config/contenderText.ts';
import { useLanguage, useLanguageRun } from './hooks.ts';

/** Whether the opened link's run came out the same here. */
export function LanguageReproduction() {
  const carried = useLanguage((s) => s.fingerprint !== null);
  const outcome = useLanguageRun((s) => s.reproduction);
  const phase = useLanguageRun((s) => s.phase);
  const experiment = useLanguageRun((s) => s.experiment);
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
            <b>Reproduced</b>: all {outcome.tokens} tokens are the same.
          </>
        );
      case 'diverged': {
        const c = experiment?.contenders[outcome.contender];
        return (
          <>
            <b>Diverged</b> at token {outcome.token + 1} of{' '}
            {c ? contenderTitle(c) : `contender ${outcome.contender + 1}`}
            {(experiment?.samples ?? 1) > 1 && `, sample ${outcome.sample + 1}`}: other weights, or an adapter whose
            rounding tips a close choice.
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
      className={`reproduction ${outcome.verdict === 'diverged' ? 'differs' : outcome.verdict}`}
      data-testid="reproduction"
      data-verdict={outcome.verdict}
      role="status"
    >
      {words}
    </p>
  );
}
