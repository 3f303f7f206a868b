import { useState } from 'react';
import { useStore } from 'zustand';
import { contenderTitle } from '../../../../samplers/contenders/naming.ts';
import { addFound, fitStore, foundSoFar } from '../../state/fit.ts';
import { quantity } from './quantity.ts';
import { fitSamples } from '../../config/fitPlan.ts';
import { spentWords, verdict } from './words.ts';

/** What came of it, beside what it began from. */
export function FitResult() {
  const state = useStore(fitStore);
  const [full, setFull] = useState(false);
  const { of, done } = state;
  const found = foundSoFar(state);
  if (!of) return null;
  const judged = done?.judged;
  const rows = judged
    ? ([
        ['Before', of.contender, judged.before],
        ['After', found!, judged.after],
      ] as const)
    : [];
  return (
    <section className="fit-result" data-testid="fit-result">
      {done && (
        <p role="status" data-testid="fit-verdict">
          {verdict(done)} <span className="fine">Cost {spentWords(done.spent, fitSamples(of.experiment))}.</span>
        </p>
      )}
      {judged && (
        <div className="scroll-x" tabIndex={0} role="region" aria-label="Before and after">
          <table className="ranking">
            <thead>
              <tr>
                <th scope="col">On fresh starts</th>
                <th scope="col" className="n">
                  Mean distance
                </th>
                <th scope="col" className="n">
                  Median
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(([name, contender, { mean, median }]) => (
                <tr key={name}>
                  <th scope="row">
                    {name}
                    <span className="unit">{contenderTitle(contender)}</span>
                  </th>
                  <td className="n">{quantity(mean)}</td>
                  <td className="n">{quantity(median)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {found && (
        <p className="fit-apply">
          <button type="button" className="primary" onClick={() => setFull(!addFound())} data-testid="fit-apply">
            Compare it with what there was
          </button>
          {full && (
            <span className="remark" role="note">
              Eight contenders is as many as are compared: remove one first.
            </span>
          )}
        </p>
      )}
    </section>
  );
}
