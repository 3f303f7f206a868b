import { useMemo } from 'react';
import { useStore } from 'zustand';
import { formatContender } from '../../../../samplers/contenders/text.ts';
import { MAX_CONTENDERS } from '../../config/fields.ts';
import { samplerMenu } from '../../config/menus.ts';
import { addContender } from '../../state/experimentStore.ts';
import { presentMetrics, shownMetric } from '../../state/metrics.ts';
import { compare, rankStore } from '../../state/rank.ts';
import { FEWEST_SEEDS, rankRows, type RankRow } from '../../state/ranking.ts';
import { saveRanking } from '../../state/rankFile.ts';
import { setView } from '../../state/viewStore.ts';
import { columnFormat } from '../../../../frame/ui/columns.ts';
import { milliseconds } from '../../../../frame/ui/format.ts';
import { useExperiment, useView } from '../hooks.ts';

const WORDS: Readonly<Record<RankRow['verdict'], string>> = {
  best: 'best',
  tied: '≈ best',
  worse: '',
  unknown: '',
};

const MEANS = 'Not distinguishable from the best: the interval of their difference holds 0';

/** The ranking as far as it is, sorted by the metric in force. */
export function RankTable() {
  const { contenders, points, experiment, phase, settings } = useStore(rankStore);
  const chosen = useView((s) => s.metric);
  const shown = useExperiment((s) => s.experiment.contenders);
  const metrics = useMemo(() => presentMetrics(points.map((p) => p.quality)), [points]);
  // Without a choice, one that stochastic samplers have too.
  const metric = shownMetric(chosen, metrics, [true]);
  const rows = useMemo(() => (metric ? rankRows(points, metric) : []), [points, metric]);
  if (!metric || rows.length === 0) return null;
  const format = columnFormat(
    rows.map((r) => r.value),
    2,
  );
  const title = (r: RankRow) => samplerMenu.find((m) => m.id === contenders[r.entrant]!.sampler)!.title;
  const dear = (nfe: number) =>
    settings && nfe <= settings.budget / 2 ? 'One more step would cost more than the budget leaves' : undefined;
  const full = shown.length >= MAX_CONTENDERS;
  const links = new Set(shown.map(formatContender));
  const undefinedRow = rows.find((r) => r.value === null && r.why);
  const seeds = Math.max(...rows.map((r) => r.seeds));
  const tied = rows.filter((r) => r.verdict === 'tied').length;
  return (
    <>
      <div className="rank-tools">
        <label className="check">
          Quality
          <select value={metric.id} onChange={(e) => setView({ metric: e.target.value })} title={metric.summary}>
            {metrics.map((m) => (
              <option key={m.id} value={m.id}>
                {m.title}
              </option>
            ))}
          </select>
        </label>
        <span className="fine" data-testid="rank-summary">
          {tied > 0 ? `${tied} of ${rows.length} cannot be told from the best` : `${rows.length} samplers`}
        </span>
        <button type="button" onClick={() => compare(rows.slice(0, 4).map((r) => contenders[r.entrant]!))}>
          Compare the first four
        </button>
        <button type="button" disabled={phase === 'running'} onClick={() => saveRanking(rows, metric)}>
          Save as CSV
        </button>
      </div>
      <div className="scroll-x" tabIndex={0} role="region" aria-label="Ranking">
        <table className="ranking" data-testid="ranking">
          <thead>
            <tr>
              <th scope="col">Sampler</th>
              <th scope="col">
                <span className="hidden">Add</span>
              </th>
              <th scope="col" className="n">
                {metric.title}
                <span className="unit">{metric.unit || '\u00a0'}</span>
              </th>
              <th scope="col" className="n">
                95 % interval
              </th>
              <th scope="col" className="n">
                Steps
              </th>
              <th scope="col" className="n">
                NFE
              </th>
              <th scope="col" className="n">
                Wall
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((r) => (
              <tr key={r.entrant} data-sampler={contenders[r.entrant]!.sampler} data-verdict={r.verdict}>
                <th scope="row">{title(r)}</th>
                <td>
                  <button
                    type="button"
                    disabled={full || links.has(formatContender(contenders[r.entrant]!))}
                    title={full ? `At most ${MAX_CONTENDERS} are compared` : `Add ${title(r)} to the comparison`}
                    onClick={() => addContender(contenders[r.entrant]!)}
                  >
                    {links.has(formatContender(contenders[r.entrant]!)) ? 'Added' : 'Add'}
                  </button>
                </td>
                <td className={`n${r.verdict === 'best' || r.verdict === 'tied' ? ' best' : ''}`}>
                  {r.value === null ? (
                    <span className="none" title={r.why ?? ''}>
                      not defined
                    </span>
                  ) : (
                    format(r.value)
                  )}
                  {WORDS[r.verdict] && (
                    <span
                      className="half"
                      title={r.verdict === 'tied' ? MEANS : 'The smallest mean, or the largest where more is better'}
                    >
                      {' '}
                      {WORDS[r.verdict]}
                    </span>
                  )}
                </td>
                <td className="n">
                  {r.low !== null && r.high !== null && `${format(r.low)} … ${format(r.high)}`}
                  {r.seeds === 1 && r.value !== null && <span className="half">one seed</span>}
                </td>
                <td className="n">{contenders[r.entrant]!.steps}</td>
                <td className="n" title={dear(r.nfe)}>
                  {r.nfe}
                  {dear(r.nfe) && <span className="half"> of {settings!.budget}</span>}
                </td>
                <td className="n">{milliseconds(r.wallMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="fine">
        {undefinedRow && <>Not defined: {undefinedRow.why} </>}
        {full && <>At most {MAX_CONTENDERS} contenders are compared: remove one to add another. </>}
        {seeds < FEWEST_SEEDS && phase !== 'running' && (
          <b>
            Fewer than {FEWEST_SEEDS} seeds cannot decide {rows.length - 1} comparisons: nobody is marked.{' '}
          </b>
        )}
        ≈ best: not distinguishable from the best. On {experiment!.samples} samples and {seeds} seeds. A sampler counts
        as different from the best only if the 95 % interval of their differences, seed by seed, leaves out 0; with many
        samplers each comparison is held to its share of the 5 % (Bonferroni).
      </p>
    </>
  );
}
