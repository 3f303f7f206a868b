import type { Evidence } from '../../../../optimisers/types.ts';
import { quantity } from './quantity.ts';

type Sweeps = Extract<Evidence, { kind: 'sweeps' }>;

/** How far the states are from where all sweeps lead, before each sweep and at its end, without the correction and with it. */
export function SweepBars({ evidence: { title, shares, before, after } }: { readonly evidence: Sweeps }) {
  const most = Math.max(...before, ...after);
  return (
    <section className="term-bars" aria-label={title} data-testid="sweep-bars">
      <h3>{title}</h3>
      <div className="term-columns">
        {(
          [
            ['Without the correction', before, 'before'],
            ['With it', after, 'after'],
          ] as const
        ).map(([name, values, kind]) => (
          <table key={name}>
            <caption>{name}</caption>
            <tbody>
              {values.map((v, k) => (
                <tr key={k}>
                  <th scope="row">
                    {k === 0 ? 'start' : `sweep ${k}`}
                    {k > 0 && kind === 'after' && <span className="unit">λ {quantity(shares[k - 1]!)}</span>}
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
