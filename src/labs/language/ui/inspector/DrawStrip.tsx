import type { Inspection } from '../../state/types.ts';
import { percent, visible } from '../text.ts';

/** The draw: [0, 1) cut into the tokens' intervals, and the keyed number u that falls into one of them. */
export function DrawStrip({ draw, chosen }: { draw: NonNullable<Inspection['draw']>; chosen: number }) {
  const end = draw.intervals.at(-1)?.to ?? 0;
  return (
    <figure className="draw-strip" aria-label={`The draw: u is ${draw.u.toFixed(6)}`}>
      <div className="intervals">
        {draw.intervals.map((i) => (
          <span
            key={i.token}
            className={i.token === chosen ? 'chosen' : ''}
            style={{ left: `${100 * i.from}%`, width: `${100 * (i.to - i.from)}%` }}
            title={`${visible(i.text)}: ${i.from.toFixed(4)} … ${i.to.toFixed(4)}, ${percent(i.to - i.from)}`}
          >
            {i.to - i.from > 0.045 && visible(i.text)}
          </span>
        ))}
        {end < 0.999 && (
          <span
            className="rest"
            style={{ left: `${100 * end}%`, width: `${100 * (1 - end)}%` }}
            title="All other tokens"
          >
            {end < 0.93 && 'others'}
          </span>
        )}
        <i className="u" style={{ left: `${100 * draw.u}%` }} />
      </div>
      <figcaption style={{ left: `${Math.min(92, Math.max(4, 100 * draw.u))}%` }}>u = {draw.u.toFixed(4)}</figcaption>
    </figure>
  );
}
