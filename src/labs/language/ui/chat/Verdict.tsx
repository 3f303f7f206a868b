import { NotCompared, ReproductionNote } from '../../../../frame/ui/ReproductionNote.tsx';
import { contenderTitle } from '../../config/contenderText.ts';
import { useLanguage } from '../hooks.ts';
import { useChat } from './hooks.ts';

/** Whether the last replies of the opened link came out the same here. */
export function Verdict() {
  const carried = useLanguage((s) => s.fingerprint !== null);
  const outcome = useChat((s) => s.reproduction);
  const pending = useChat((s) => s.phase === 'running' || s.phase === 'idle');
  const contenders = useChat((s) => s.contenders);
  if (!carried) return null;
  const tones = { reproduced: 'reproduced', diverged: 'differs', unreadable: 'unreadable' } as const;
  return (
    <ReproductionNote
      verdict={outcome?.verdict ?? null}
      pending={pending}
      tone={tones[outcome?.verdict ?? 'unreadable']}
    >
      {outcome?.verdict === 'reproduced' && (
        <>
          <b>Reproduced</b>: all {outcome.tokens} tokens of the last replies are the same.
        </>
      )}
      {outcome?.verdict === 'diverged' && (
        <>
          <b>Diverged</b> at token {outcome.token + 1} of{' '}
          {contenders[outcome.contender] ? contenderTitle(contenders[outcome.contender]!) : 'a contender'}: other
          weights, or an adapter whose rounding tips a close choice.
        </>
      )}
      {outcome?.verdict === 'unreadable' && <NotCompared because={outcome.because} />}
    </ReproductionNote>
  );
}
