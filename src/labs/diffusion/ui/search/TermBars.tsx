import { sigmaText } from '../../../../frame/ui/format.ts';
import type { Evidence } from '../../../../optimisers/types.ts';
import { BarTable } from './BarTable.tsx';
import { quantity } from './quantity.ts';

type Terms = Extract<Evidence, { kind: 'terms' }>;
const total = (terms: readonly number[]) => terms.reduce((a, b) => a + b, 0);

/** What each interval adds to a sum, before and after; bars of one scale. */
export function TermBars({ evidence: { title, before, after } }: { readonly evidence: Terms }) {
  const most = Math.max(...before.terms, ...after.terms);
  return (
    <section className="term-bars" aria-label={title} data-testid="term-bars">
      <h3>{title}</h3>
      <div className="term-columns">
        {(
          [
            ['Before', before, 'before'],
            ['After', after, 'after'],
          ] as const
        ).map(([name, { sigmas, terms }, kind]) => (
          <BarTable
            key={name}
            caption={`${name}: ${quantity(total(terms))}`}
            kind={kind}
            values={terms}
            most={most}
            label={(i) => `${sigmaText(sigmas[i]!)} → ${sigmaText(sigmas[i + 1]!)}`}
          />
        ))}
      </div>
    </section>
  );
}
