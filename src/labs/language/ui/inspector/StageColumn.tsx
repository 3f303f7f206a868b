import type { InspectedStage } from '../../state/types.ts';
import { bits, count, percent, visible } from '../text.ts';

interface Props {
  readonly stage: InspectedStage;
  readonly place: number;
  readonly chosen: number;
  readonly picked: number | null;
  onPick(token: number): void;
}
const ROWS = 10;

/** The distribution after one stage: its likeliest tokens as bars, and how much of it is left. */
export function StageColumn({ stage: s, place, chosen, picked, onPick }: Props) {
  const rows = s.top.slice(0, ROWS);
  const scale = Math.max(...rows.map((c) => c.probability), 1e-9);
  const mine = rows.some((c) => c.token === chosen) ? undefined : s.top.find((c) => c.token === chosen);
  return (
    <li className="stage-column" data-testid={`inspected-${place}`}>
      <h3 title={s.title}>{s.title}</h3>
      <p className="fine">
        {bits(s.entropy).toFixed(2)} bits · {count(s.kept)} kept{s.keptMass < 0.99995 && `, ${percent(s.keptMass)}`}
      </p>
      <div>
        <ol className="candidates">
          {[...rows, ...(mine ? [mine] : [])].map((c) => (
            <li key={c.token}>
              <button
                type="button"
                className={`candidate${c.token === chosen ? ' chosen' : ''}`}
                aria-pressed={c.token === picked}
                aria-label={`${visible(c.text)}, ${percent(c.probability)}${c.token === chosen ? ', the chosen token' : ''}`}
                title={`token ${c.token}, logit ${Number.isFinite(c.logit) ? c.logit.toFixed(3) : '−∞: removed'}`}
                onClick={() => onPick(c.token)}
              >
                <span className="bar" style={{ width: `${(100 * c.probability) / scale}%` }} />
                <span className="word">{visible(c.text)}</span>{' '}
                <span className="p">{c.probability === 0 ? '–' : percent(c.probability)}</span>
              </button>
            </li>
          ))}
        </ol>
        {s.words?.map((sentence) => (
          <p key={sentence} className="fine stage-words">
            {sentence}
          </p>
        ))}
        {s.removed && s.removed.length > 0 && (
          <>
            <p className="fine">Likely, but not allowed:</p>
            <ol className="candidates struck" data-testid="masked">
              {s.removed.slice(0, ROWS).map((c) => (
                <li key={c.token} className="candidate" title={`token ${c.token}: not allowed here`}>
                  <del className="word">{visible(c.text)}</del> <span className="p">{percent(c.probability)}</span>
                </li>
              ))}
            </ol>
          </>
        )}
      </div>
    </li>
  );
}
