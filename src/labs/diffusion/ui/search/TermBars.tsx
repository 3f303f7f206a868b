import { sigmaText } from '../../../../frame/ui/format.ts';
import type { Evidence } from '../../../../optimisers/types.ts';
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
          <table key={name}>
            <caption>
              {name}: {quantity(total(terms))}
            </caption>
            <tbody>
              {terms.map((v, i) => (
                <tr key={i}>
                  <th scope="row">
                    {sigmaText(sigmas[i]!)} → {sigmaText(sigmas[i + 1]!)}
                  </th>
                  <td className="bar-cell">
                    <i className={`bar ${kind}`} style={{ width: `${(100 * v) / most}%` }} aria-hidden="true" />
                  </td>
                  <td className="n">{quantity(v)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
    </section>
  );
}
