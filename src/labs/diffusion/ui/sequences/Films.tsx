import { useCallback, useRef } from 'react';
import { useStore } from 'zustand';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { prepare } from '../../../../frame/ui/canvas/plane.ts';
import { useDrawing } from '../../../../frame/ui/canvas/useDrawing.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { titleOf } from '../../config/rowed.ts';
import type { RowState } from '../../state/rowedSession.ts';
import { sequenceSession } from '../../state/sequenceSession.ts';
import type { Frame } from '../../state/types.ts';
import { drawFilm, filmHeight } from './draw.ts';

const { kind, store } = sequenceSession;

/** True videos, and what each row made, as strips of frames. */
export function Films() {
  const { setup, rows, begun } = useStore(store);
  if (!setup) return null;
  const frames = Number(setup.values['frames']);
  const videos = Number(setup.values['n']);
  return (
    <div className="rowed-pictures film-pictures">
      {begun && (
        <Film
          title="True videos"
          pictures={begun.truth}
          frames={frames}
          videos={videos}
          note={`${frames} frames`}
          id="truth"
        />
      )}
      {setup.rows.map((_, i) => (
        <Film
          key={i}
          title={titleOf(kind, setup, i)}
          slot={i}
          pictures={rows[i]?.records.map((r) => r.picture) ?? NONE}
          frames={frames}
          videos={videos}
          note={noteOf(rows[i])}
          bad={rows[i]?.failed != null}
          id={String(i)}
        />
      ))}
    </div>
  );
}
const NONE: readonly Frame[] = [];

function noteOf(row: RowState | undefined): string {
  if (row?.failed) return `${row.failed.because} ${row.failed.hint}`;
  const last = row?.records.at(-1);
  return last ? `frame ${last.at}, ${last.cost.nfe} evaluations one after another` : 'waiting';
}

interface FilmProps {
  readonly title: string;
  readonly slot?: number;
  readonly pictures: readonly Frame[];
  readonly frames: number;
  readonly videos: number;
  readonly note: string;
  readonly bad?: boolean;
  readonly id: string;
}
function Film({ title, slot, pictures, frames, videos, note, bad = false, id }: FilmProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const draw = useCallback(
    (element: HTMLCanvasElement) => {
      const width = element.clientWidth;
      const height = filmHeight(width, frames, videos);
      element.style.aspectRatio = `${width} / ${height}`;
      const ctx = prepare(element, width, height);
      drawFilm(ctx, { x: 0, y: 0, width }, { pictures, frames, videos, colours: palette() });
    },
    [pictures, frames, videos],
  );
  useDrawing(canvas, draw, []);
  return (
    <figure className="contender-canvas rowed-figure">
      <figcaption>
        <div className="caption-title">
          {slot !== undefined && <Marker slot={slot} />} <b>{title}</b>
        </div>
        <div className={`caption-numbers${bad ? ' bad' : ''}`}>{note}</div>
      </figcaption>
      <canvas ref={canvas} role="img" aria-label={`${title}: ${note}`} data-testid={`film-${id}`} />
    </figure>
  );
}
