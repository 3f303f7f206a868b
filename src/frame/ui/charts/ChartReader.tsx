import { useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { Marker } from '../Marker.tsx';
import { again, nearest, step, type Plot, type Reading } from './readings.ts';

/** Of a reading's box. */
const WIDEST = 300;

interface Props {
  readonly label: string;
  readonly plot: Plot;
  /** From left to right. */
  readonly readings: readonly Reading[];
  readonly children: ReactNode;
  /** A press on a reading, or Enter. */
  onPick?(index: number): void;
  onRead?(index: number | null): void;
}

/**
 * Reads a chart to pointer and keyboard: a line at the nearest abscissa and all series' numbers there, above the plot,
 * where they hide no point.
 */
export function ChartReader({ label, plot, readings, children, onPick, onRead }: Props) {
  const [held, setRead] = useState<Reading | null>(null);
  // Points come while one reads: the abscissa stays, whatever its number has become.
  const at = held && again(readings, held);
  const shown = at === null ? undefined : readings[at];
  const read = (index: number | null) => {
    setRead(index === null ? null : readings[index]!);
    onRead?.(index);
  };
  const onPointer = (e: PointerEvent<HTMLDivElement>) => {
    const box = e.currentTarget.getBoundingClientRect();
    const y = e.clientY - box.top;
    const inside = y >= plot.top - 10 && y <= plot.bottom + 10;
    read(inside ? nearest(readings, e.clientX - box.left) : null);
  };
  const onKey = (e: KeyboardEvent) => {
    if (e.key === 'Enter' && at !== null) return onPick?.(at);
    if (e.key === 'Escape' && at !== null) {
      e.stopPropagation();
      return read(null);
    }
    const next = step(e.key, at, readings.length);
    if (next === null) return;
    e.preventDefault();
    read(next);
  };
  return (
    <div
      className="chart-reader"
      tabIndex={0}
      role="group"
      aria-roledescription="chart"
      aria-label={`${label}: arrow keys read it point by point`}
      onPointerMove={onPointer}
      onPointerDown={onPointer}
      onPointerLeave={() => read(null)}
      onBlur={() => read(null)}
      onKeyDown={onKey}
      onClick={() => at !== null && onPick?.(at)}
    >
      {children}
      {shown && (
        <>
          <span
            className="chart-line"
            style={{ left: shown.at, top: plot.top, height: plot.bottom - plot.top }}
            aria-hidden="true"
          />
          <div
            className={`chart-tip${shown.at > (plot.left + plot.right) / 2 ? ' from-right' : ''}`}
            style={tipAt(shown, plot)}
          >
            <p>{shown.head}</p>
            {shown.rows.map((r) => (
              <p key={r.key}>
                {r.slot !== null && <Marker slot={r.slot} />} <b>{r.value}</b> {r.name}
                {r.more && <span className="soft"> {r.more}</span>}
              </p>
            ))}
          </div>
        </>
      )}
      <span className="hidden" role="status">
        {shown && `${shown.head}: ${shown.rows.map((r) => `${r.name} ${r.value} ${r.more}`).join('; ')}`}
      </span>
    </div>
  );
}

/** Above the plot, hanging at the abscissa from the side that has room, and no wider than that. */
const tipAt = ({ at }: Reading, plot: Plot) => {
  const bottom = `calc(100% - ${plot.top}px)`;
  return at > (plot.left + plot.right) / 2
    ? { right: `calc(100% - ${at}px)`, bottom, maxWidth: `min(${WIDEST}px, ${at}px)` }
    : { left: at, bottom, maxWidth: `min(${WIDEST}px, calc(100% - ${at}px))` };
};
