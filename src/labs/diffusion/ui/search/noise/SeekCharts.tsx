import { Marker } from '../../../../../frame/ui/Marker.tsx';
import type { SeekSetup } from '../../../config/seekSetup.ts';
import { secondFacts, verifierOf, type SecondId } from '../../../config/seekWords.ts';
import type { Cell } from '../../../state/seekSession.ts';
import { intervalWords } from '../../../state/seekReach.ts';
import { seekSeries, type Reading } from '../../../state/seekSeries.ts';
import { Chart } from '../../charts/Chart.tsx';

interface Props {
  readonly setup: SeekSetup;
  readonly cells: readonly Cell[];
  readonly names: readonly string[];
  readonly second: SecondId;
  readonly offered: readonly SecondId[];
  onSecond(id: SecondId): void;
}

/** The searched score and one that was not searched, over all evaluations that a start spent. */
export default function SeekCharts({ setup, cells, names, second, offered, onSecond }: Props) {
  const verifier = verifierOf(setup.verifier);
  const { title, better } = secondFacts(second);
  const series = (of: Reading) => seekSeries(cells, names.length, setup.budgets, of);
  const shared = {
    xTitle: 'evaluations of a start, the search’s own included',
    xKind: 'nfe',
    yKind: 'quality',
    own: [],
    yLog: false,
    highlighted: null,
    joined: true,
    names: (slot: number) => names[slot] ?? '',
  } as const;
  const [searched, unsearched] = [series('score'), series(second)];
  const ran = searched.flatMap(({ points }) => points.map((p) => p.seeds));
  const over = intervalWords(ran, 'Bars:');
  const towards = better ? ` ${better === 'lower' ? 'Lower' : 'Higher'} is better.` : '';
  return (
    <section className="charts seek-charts" aria-label="Charts">
      <div className="chart-pair">
        <Chart
          {...shared}
          id="seek-score"
          title={`Searched: ${verifier.title}`}
          yTitle={`mean, ${verifier.unit}`}
          series={searched}
          note={`Higher is what was searched for. ${over}`}
        />
        <div>
          <Chart
            {...shared}
            id="seek-second"
            title={`Not searched: ${title}`}
            yTitle={title}
            series={unsearched}
            note={`${secondFacts(second).help}${towards} ${over}`}
          />
          <label className="seek-second fine">
            Not searched{' '}
            <select value={second} onChange={(e) => onSecond(e.target.value as SecondId)}>
              {offered.map((id) => (
                <option key={id} value={id}>
                  {secondFacts(id).title}
                </option>
              ))}
            </select>
          </label>
        </div>
      </div>
      <ul className="fine legend seek-legend">
        {names.map((name, line) => (
          <li key={line}>
            <Marker slot={line} /> {name}
          </li>
        ))}
      </ul>
    </section>
  );
}
