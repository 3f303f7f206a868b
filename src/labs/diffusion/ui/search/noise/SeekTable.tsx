import { useStore } from 'zustand';
import { Marker } from '../../../../../frame/ui/Marker.tsx';
import { compact } from '../../../../../frame/ui/format.ts';
import { counted } from './counted.ts';
import { secondFacts, verifierOf, type SecondId } from '../../../config/seekWords.ts';
import { seekStore } from '../../../state/seekSession.ts';
import { intervalWords } from '../../../state/seekReach.ts';
import { seekTable, type Reading, type Summary } from '../../../state/seekSeries.ts';

interface Props {
  readonly budget: number;
  readonly names: readonly string[];
  readonly seconds: readonly SecondId[];
}
const arrow = { lower: ' ↓', higher: ' ↑', none: '' } as const;
const written = (s: Summary | undefined): string => {
  if (!s) return '–';
  return s.half === null ? compact(s.mean, 3) : `${compact(s.mean, 3)} ± ${compact(s.half, 2)}`;
};

/** Every line at one budget: the score, what was not searched, and what it cost. */
export function SeekTable({ budget, names, seconds }: Props) {
  const { cells, before, setup } = useStore(seekStore);
  if (!setup || !before) return null;
  const shown = seconds.slice(0, 3);
  const of: readonly Reading[] = ['score', ...shown];
  const rows = seekTable(cells, names.length, budget, of);
  const worked = before.work !== before.evaluations;
  const ran = rows.flatMap(({ seeds }) => (seeds > 0 ? [seeds] : []));
  const over = intervalWords(ran, '± is half of');
  return (
    <section className="results seek-results" aria-label="Results">
      <div className="seek-scroll" tabIndex={0} role="region" aria-label="Results, as a table">
        <table data-testid="seek-results">
          <thead>
            <tr>
              <th scope="col">Search</th>
              <th scope="col" title={verifierOf(setup.verifier).summary}>
                {verifierOf(setup.verifier).title} ↑
              </th>
              {shown.map((id) => (
                <th key={id} scope="col" title={secondFacts(id).help}>
                  {secondFacts(id).title}
                  {arrow[secondFacts(id).better ?? 'none']}
                </th>
              ))}
              <th scope="col" title="Evaluations of the model that a start spent, all that was tried included">
                evaluations
              </th>
              <th
                scope="col"
                title="The longest chain of evaluations that wait for each other: what enough devices would wait for"
              >
                depth
              </th>
              {worked && (
                <th
                  scope="col"
                  title="The evaluations in whole passes of the network: of a part its share, of a guided evaluation two"
                >
                  work
                </th>
              )}
              <th scope="col" title="How often the verifier judged a sample of a start">
                verifier calls
              </th>
              <th scope="col" title="Of all starts on this device">
                ms
              </th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Plain run, first seed</th>
              <td>{compact(before.score, 3)}</td>
              {shown.map((id) => (
                <td key={id}>{before.second[id] === undefined ? '–' : compact(before.second[id], 3)}</td>
              ))}
              <td>{before.evaluations}</td>
              <td>{before.depth}</td>
              {worked && <td>{counted(before.work)}</td>}
              <td>0</td>
              <td />
            </tr>
            {rows.map(({ line, readings, cost }) => (
              <tr key={line}>
                <th scope="row">
                  <Marker slot={line} /> {names[line]}
                </th>
                {of.map((id) => (
                  <td key={id}>{written(readings[id])}</td>
                ))}
                <td>{cost ? counted(cost.evaluations) : '–'}</td>
                <td>{cost ? counted(cost.depth) : '–'}</td>
                {worked && <td>{cost ? counted(cost.work) : '–'}</td>}
                <td>{cost ? counted(cost.verified) : '–'}</td>
                <td>{cost ? compact(cost.wallMs, 3) : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="fine">
        {over} Evaluations, depth and calls are a start’s, on average; all of a row are means over its seeds. The
        pictures below, and the scores under them, are of seed {setup.seed} alone.
      </p>
    </section>
  );
}
