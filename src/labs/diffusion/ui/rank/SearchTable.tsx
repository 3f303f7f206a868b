import { useStore } from 'zustand';
import type { Finalist, Standing } from '../../../../experiments/search/search.ts';
import { contenderTitle } from '../../../../samplers/contenders/naming.ts';
import { metricMenu } from '../../config/menus.ts';
import type { Setting } from '../../config/searchSpace.ts';
import { compare } from '../../state/rank.ts';
import { inOrder, saveSearch, searchStore } from '../../state/search.ts';
import { columnFormat } from '../../../../frame/ui/columns.ts';

const SHOWN = 40;
const WORDS: Readonly<Record<Finalist<Setting>['verdict'], string>> = {
  best: 'best',
  tied: '≈ best',
  worse: 'worse',
  unknown: '',
};
const FATES: Readonly<Record<Standing<Setting>['fate'], string>> = {
  in: 'still in',
  'set aside': 'set aside, not shown to be worse',
  worse: 'worse',
  failed: 'no number',
};

/** What the fresh seeds say, in a sentence. */
function outcome(finalists: readonly Finalist<Setting>[]): string {
  const equals = finalists.filter((f) => f.verdict === 'best' || f.verdict === 'tied').length;
  if (finalists.length === 0) return 'No setting gave a number.';
  if (finalists.length === 1) return 'One setting is left; there is nothing to tell it from.';
  if (equals === 1) return 'One is better than every other finalist, on seeds that no decision has seen.';
  return `${equals} of ${finalists.length} finalists cannot be told from the best: there is no winner among them.`;
}

/** The finalists once there are any, and everything that was tried. */
export function SearchTable() {
  const { found, progress, settings, failed } = useStore(searchStore);
  const metric = metricMenu.find((m) => m.id === settings?.metric);
  const standings = found?.standings ?? progress?.standings ?? [];
  if (!metric || standings.length === 0) return null;
  const rows = inOrder(standings, metric.better);
  const finalists = found?.finalists ?? [];
  const format = columnFormat(
    [...finalists, ...rows.slice(0, SHOWN)].map((r) => r.mean),
    2,
  );
  return (
    <>
      {found && (
        <>
          <div className="rank-tools">
            <span className="fine" data-testid="search-summary" role="status">
              {outcome(finalists)} {found.spent} runs.
            </span>
            <button type="button" onClick={() => compare(finalists.map((f) => f.candidate.contender))}>
              Compare the finalists
            </button>
            <button type="button" onClick={saveSearch}>
              Save as CSV
            </button>
          </div>
          <div className="scroll-x" tabIndex={0} role="region" aria-label="Finalists">
            <table className="ranking" data-testid="finalists">
              <thead>
                <tr>
                  <th scope="col">Finalist</th>
                  <th scope="col" className="n">
                    {metric.title}
                    <span className="unit">{metric.unit || '\u00a0'}</span>
                  </th>
                  <th scope="col" className="n">
                    Fresh seeds
                  </th>
                  <th scope="col" className="verdict">
                    Verdict
                  </th>
                </tr>
              </thead>
              <tbody>
                {finalists.map((f) => (
                  <tr key={f.candidate.key} data-verdict={f.verdict}>
                    <th scope="row">
                      {contenderTitle(f.candidate.contender)}
                      <span className="unit">{f.candidate.key}</span>
                    </th>
                    <td className="n">{f.mean === null ? '–' : format(f.mean)}</td>
                    <td className="n">{f.seeds}</td>
                    <td className="verdict">{WORDS[f.verdict]}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      <details open={!found}>
        <summary>{standings.length} settings tried</summary>
        <div className="scroll-x" tabIndex={0} role="region" aria-label="All that was tried">
          <table className="ranking" data-testid="tried">
            <thead>
              <tr>
                <th scope="col">Setting</th>
                <th scope="col" className="n">
                  {metric.title}
                </th>
                <th scope="col" className="n">
                  Seeds
                </th>
                <th scope="col" className="verdict">
                  Stands
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, SHOWN).map((s) => (
                <tr key={s.candidate.key}>
                  <th scope="row">
                    {contenderTitle(s.candidate.contender)}
                    <span className="unit">{s.candidate.key}</span>
                  </th>
                  <td className="n">{s.mean === null ? '–' : format(s.mean)}</td>
                  <td className="n">{s.seeds}</td>
                  <td className="verdict" title={failed[s.candidate.key]}>
                    {FATES[s.fate]}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {rows.length > SHOWN && <p className="fine">The first {SHOWN} are shown; the file has all.</p>}
      </details>
    </>
  );
}
