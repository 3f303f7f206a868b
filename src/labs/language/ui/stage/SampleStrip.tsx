import { textKey } from '../../state/texts.ts';
import { setLanguageView } from '../../state/viewStore.ts';
import { useLanguageRun, useLanguageView } from '../hooks.ts';

interface Verdict {
  readonly className: string;
  readonly words: string;
  readonly mark: string;
}
const UNJUDGED: Verdict = { className: '', words: '', mark: '' };
const SOLVED: Verdict = { className: 'solved', words: ', solved', mark: '✓' };
const UNSOLVED: Verdict = { className: 'unsolved', words: ', not solved', mark: '✗' };
function verdictOf(solved: boolean | null | undefined): Verdict {
  if (solved == null) return UNJUDGED;
  return solved ? SOLVED : UNSOLVED;
}

function SampleButton({ index, verdict, chosen }: { index: number; verdict: Verdict; chosen: boolean }) {
  return (
    <button
      type="button"
      className={`sample ${verdict.className}`}
      aria-pressed={chosen}
      aria-label={`Sample ${index + 1}${verdict.words}`}
      onClick={() => setLanguageView({ sample: index })}
    >
      {index + 1}
      {verdict.mark !== '' && <span aria-hidden="true">{verdict.mark}</span>}
    </button>
  );
}

/** The samples of one contender: which is shown, and which of them solve their task. */
export function SampleStrip({ slot, samples, name }: { slot: number; samples: number; name: string }) {
  const texts = useLanguageRun((s) => s.texts);
  const chosen = Math.min(
    useLanguageView((s) => s.sample),
    samples - 1,
  );
  const ends = Array.from({ length: samples }, (_, i) => texts[textKey(slot, i)]?.end ?? null);
  const judged = ends.filter((e) => e?.solved != null);
  const solved = judged.filter((e) => e!.solved).length;
  return (
    <div className="samples" role="group" aria-label={`${name}: samples`}>
      {ends.map((end, i) => (
        <SampleButton key={i} index={i} verdict={verdictOf(end?.solved)} chosen={i === chosen} />
      ))}
      {samples === 1 && <span className="solved-fraction">writes one text only</span>}
      {judged.length > 0 && (
        <span className="solved-fraction" data-testid="solved">
          {solved} of {judged.length} solved
        </span>
      )}
    </div>
  );
}
