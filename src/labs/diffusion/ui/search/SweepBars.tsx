import type { Evidence } from '../../../../optimisers/types.ts';
import { BarTable } from './BarTable.tsx';
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
          <BarTable
            key={name}
            caption={name}
            kind={kind}
            values={values}
            most={most}
            label={(k) => (
              <>
                {k === 0 ? 'start' : `sweep ${k}`}
                {k > 0 && kind === 'after' && <span className="unit">λ {quantity(shares[k - 1]!)}</span>}
              </>
            )}
          />
        ))}
      </div>
    </section>
  );
}
