import { textKey } from '../../state/texts.ts';
import { setLanguageView } from '../../state/viewStore.ts';
import { useLanguageRun, useLanguageView } from '../hooks.ts';

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
        <button
          key={i}
          type="button"
          className={`sample ${end?.solved == null ? '' : end.solved ? 'solved' : 'unsolved'}`}
          aria-pressed={i === chosen}
          aria-label={`Sample ${i + 1}${end?.solved == null ? '' : end.solved ? ', solved' : ', not solved'}`}
          onClick={() => setLanguageView({ sample: i })}
        >
          {i + 1}
          {end?.solved != null && <span aria-hidden="true">{end.solved ? '✓' : '✗'}</span>}
        </button>
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
