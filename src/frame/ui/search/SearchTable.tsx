import type { Candidate, Finalist, Standing } from '../../../experiments/search/search.ts';
import { inOrder, type Finding } from '../../state/finding.ts';
import { columnFormat } from '../columns.ts';

const SHOWN = 40;
const WORDS: Readonly<Record<Finalist<Candidate>['verdict'], string>> = {
  best: 'best',
  tied: '≈ best',
  worse: 'worse',
  unknown: '',
};
const FATES: Readonly<Record<Standing<Candidate>['fate'], string>> = {
  in: 'still in',
  'set aside': 'set aside, not shown to be worse',
  worse: 'worse',
  failed: 'no number',
};

/** What the fresh seeds say, in a sentence. */
function outcome(finalists: readonly Finalist<Candidate>[]): string {
  const equals = finalists.filter((f) => f.verdict === 'best' || f.verdict === 'tied').length;
  if (finalists.length === 1) return 'One setting is left; there is nothing to tell it from.';
  if (equals === 1) return 'One is better than every other finalist, on seeds that no decision has seen.';
  return `${equals} of ${finalists.length} finalists cannot be told from the best: there is no winner among them.`;
}

/** A reason as a sentence of its own. */
const sentence = (text: string): string =>
  text === '' ? '' : `${text[0]!.toUpperCase()}${text.slice(1).replace(/[.]$/, '')}.`;

interface Measure {
  readonly title: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
}

/** The finalists once there are any, and everything that was tried. */
export function SearchTable<C extends Candidate>({
  finding: { found, progress, failed },
  metric,
  titleOf,
  onCompare,
  onSave,
}: {
  readonly finding: Finding<C>;
  readonly metric: Measure | undefined;
  titleOf(setting: C): string;
  onCompare(settings: readonly C[]): void;
  onSave(): void;
}) {
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
      {found && finalists.length === 0 && (
        <p className="remark" role="status" data-testid="search-summary">
          No setting gave a number. {sentence(Object.values(failed)[0] ?? '')}
        </p>
      )}
      {found && finalists.length > 0 && (
        <>
          <div className="rank-tools">
            <span className="fine" data-testid="search-summary" role="status">
              {outcome(finalists)} {found.spent} runs.
            </span>
            <button type="button" onClick={() => onCompare(finalists.map((f) => f.candidate))}>
              Compare the finalists
            </button>
            <button type="button" onClick={onSave}>
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
                      {titleOf(f.candidate)}
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
                    {titleOf(s.candidate)}
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
