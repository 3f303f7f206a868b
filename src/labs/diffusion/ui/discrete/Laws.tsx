import { useCallback, useRef } from 'react';
import { useStore } from 'zustand';
import { heatGradient } from '../../../../frame/ui/canvas/heat.ts';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { prepare } from '../../../../frame/ui/canvas/plane.ts';
import { useDrawing } from '../../../../frame/ui/canvas/useDrawing.ts';
import { compact } from '../../../../frame/ui/format.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { titleOf } from '../../config/rowed.ts';
import { discreteSession } from '../../state/discreteSession.ts';
import { recordAt, type RowState } from '../../state/rowedSession.ts';
import type { Frame } from '../../state/types.ts';
import { drawLaws, lawHeight } from './draw.ts';

const { kind, store } = discreteSession;

/** The law that each method has come to, and what it drew, at the end or the step that was slid to. */
export function Laws() {
  const { setup, rows, begun, at } = useStore(store);
  if (!setup) return null;
  const last = Math.max(0, ...rows.map((r) => r.records.at(-1)?.at ?? 0));
  const place = Math.min(at ?? last, last);
  return (
    <>
      <label className="rowed-slide">
        <span className="fine">{`Step ${place}`}</span>
        <input
          type="range"
          aria-label="Step that is shown"
          min={0}
          max={Math.max(1, last)}
          value={place}
          aria-valuetext={`step ${place}`}
          onChange={(e) => {
            const to = Number(e.target.value);
            store.setState({ at: to >= last ? null : to });
          }}
        />
        {begun && (
          <span className="fine law-scale">
            unlikely
            <span aria-hidden="true" style={{ background: heatGradient }} />
            as likely as the likeliest pair, by its root
          </span>
        )}
      </label>
      <div className="rowed-pictures law-pictures">
        {begun && (
          <Figure
            title="The data’s law"
            picture={begun.truth}
            count={1}
            note={`computed; drawn apart, tokens are ${compact(begun.apart, 3)} from it and lose ${compact(begun.mutual, 3)} nats`}
            id="truth"
          />
        )}
        {setup.rows.map((_, i) => {
          const row = rows[i];
          const record = row ? recordAt(row, at) : null;
          return (
            <Figure
              key={i}
              title={titleOf(kind, setup, i)}
              slot={i}
              picture={record?.picture ?? null}
              count={2}
              note={noteOf(row, at)}
              bad={row?.failed != null}
              id={String(i)}
            />
          );
        })}
      </div>
      <p className="fine law-key">
        Left the law that the method has come to, right the share of each pair among those that it drew. The first
        token’s values run down, the second one’s to the right; masks come last.
      </p>
    </>
  );
}

function noteOf(row: RowState | undefined, at: number | null): string {
  if (row?.failed) return `${row.failed.because} ${row.failed.hint}`;
  const record = row ? recordAt(row, at) : null;
  if (!record) return 'waiting';
  const { tv, time } = record.figures;
  return `step ${record.at}, time ${compact(time!, 3)}: ${compact(tv!, 3)} from the law there`;
}

interface FigureProps {
  readonly title: string;
  readonly slot?: number;
  readonly picture: Frame | null;
  /** Maps side by side. */
  readonly count: number;
  readonly note: string;
  readonly bad?: boolean;
  readonly id: string;
}
function Figure({ title, slot, picture, count, note, bad = false, id }: FigureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const draw = useCallback(
    (element: HTMLCanvasElement) => {
      const width = element.clientWidth;
      const height = lawHeight(width, count);
      element.style.aspectRatio = `${width} / ${height}`;
      drawLaws(prepare(element, width, height), { x: 0, y: 0, width, count }, picture, palette().faint);
    },
    [picture, count],
  );
  useDrawing(canvas, draw, []);
  return (
    <figure className={`contender-canvas rowed-figure law-of-${count}`}>
      <canvas ref={canvas} role="img" aria-label={`${title}: ${note}`} data-testid={`law-${id}`} />
      <figcaption>
        <div className="caption-title">
          {slot !== undefined && <Marker slot={slot} />} <b>{title}</b>
        </div>
        <div className={`caption-numbers${bad ? ' bad' : ''}`}>{note}</div>
      </figcaption>
    </figure>
  );
}
