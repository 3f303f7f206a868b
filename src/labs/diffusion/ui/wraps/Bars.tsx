import { useMemo } from 'react';
import { barsOf } from '../../../../wrappers/bars.ts';
import { contenderPlan } from '../../config/contender.ts';
import type { Contender } from '../../config/experiment.ts';
import { modelCard, type ModelId } from '../../config/menus.ts';
import './wraps.css';

const WORDS = {
  whole: 'whole',
  exit: 'left early',
  less: 'seeing less of the picture',
  kept: 'partly from memory',
  'left out': 'left out',
} as const;

/** A bar code of a run: one bar an evaluation, as high as the share of a whole pass that runs. */
export default function Bars({ contender, model }: { readonly contender: Contender; readonly model: ModelId }) {
  const bars = useMemo(
    () => barsOf(contenderPlan(contender, model).ops, modelCard(model).network ?? null),
    [contender, model],
  );
  const kinds = (Object.keys(WORDS) as (keyof typeof WORDS)[])
    .map((kind) => ({ kind, n: bars.filter((b) => b.kind === kind).length }))
    .filter(({ n }) => n > 0);
  const text = kinds.map(({ kind, n }) => `${n} ${WORDS[kind]}`).join(', ');
  return (
    <figure className="bars" data-testid="bars">
      <div role="img" aria-label={`Evaluations from the noise on: ${text}`}>
        {bars.map((bar, i) => (
          <i key={i} className={bar.kind.replace(' ', '-')} title={`Evaluation ${i + 1}: ${bar.text}`}>
            <b style={{ height: `${Math.max(6, 100 * bar.share)}%` }} />
          </i>
        ))}
      </div>
      <figcaption>
        {bars.length} evaluations: {text}
      </figcaption>
    </figure>
  );
}
