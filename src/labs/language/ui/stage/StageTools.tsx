import { setLanguageView, type Tint } from '../../state/viewStore.ts';
import { useLanguageView } from '../hooks.ts';
import { ORIGINS, TINTS } from '../text.ts';

const TINT: readonly (readonly [Tint, string, string])[] = [
  ['none', 'Plain', 'No colour'],
  ['surprisal', 'Surprisal', 'How unlikely the model itself held each token: −log₂ p'],
  ['entropy', 'Entropy', 'How undecided the model was before each token'],
  ['origin', 'Origin', 'Which tokens a draft proposed, and which the model put right'],
];

/** How the texts are coloured and what is marked in them. */
export function StageTools() {
  const tint = useLanguageView((s) => s.tint);
  const differences = useLanguageView((s) => s.differences);
  return (
    <div className="view-tools" role="group" aria-label="View">
      <div className="segmented" role="radiogroup" aria-label="Colour of the tokens">
        {TINT.map(([value, title, help]) => (
          <label key={value} title={help}>
            <input
              type="radio"
              name="tint"
              checked={tint === value}
              onChange={() => setLanguageView({ tint: value })}
            />
            {title}
          </label>
        ))}
      </div>
      <span className="legend" aria-hidden="true">
        {(tint === 'surprisal' || tint === 'entropy') && (
          <>
            0{' '}
            {Array.from({ length: TINTS + 1 }, (_, i) => (
              <i key={i} className={`t${i}`} />
            ))}{' '}
            {TINTS * 1.5}+ bits
          </>
        )}
        {tint === 'origin' &&
          (['drafted', 'corrected', 'bonus', 'reader'] as const).map((by) => (
            <span key={by} className={`by-${by}`} title={ORIGINS[by]}>
              {by === 'reader' ? 'by hand' : by}
            </span>
          ))}
      </span>
      <label
        className="check"
        title="Marks where a text parts from the baseline’s, and every place that holds another token"
      >
        <input
          type="checkbox"
          checked={differences}
          onChange={(e) => setLanguageView({ differences: e.target.checked })}
        />
        Differences from the baseline
      </label>
    </div>
  );
}
