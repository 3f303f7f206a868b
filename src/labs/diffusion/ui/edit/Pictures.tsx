import { useCallback, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { prepare } from '../../../../frame/ui/canvas/plane.ts';
import { useDrawing } from '../../../../frame/ui/canvas/useDrawing.ts';
import { modelCard } from '../../config/menus.ts';
import { isPlane, type TaskSetup } from '../../config/taskSetup.ts';
import { rowTitle } from '../../config/taskWords.ts';
import { editStore, type RowState } from '../../state/editSession.ts';
import type { Frame } from '../../state/types.ts';
import { drawShown } from './draw.ts';

/** What was given, what was seen of it, and what each method made of it. */
export function Pictures() {
  const { setup, before, measured, rows, samples } = useStore(editStore);
  const [difference, setDifference] = useState(false);
  if (!setup) return null;
  const plane = isPlane(setup.model);
  const many = `${samples} ${samples === 1 ? 'sample' : 'samples'}`;
  return (
    <>
      {!plane && (
        <label className="switch edit-difference">
          <input type="checkbox" checked={difference} onChange={(e) => setDifference(e.target.checked)} /> Difference to
          what was given
        </label>
      )}
      <div className="edit-pictures">
        <Figure setup={setup} title="Given" frame={before} before={null} note={before ? many : ''} id="before" />
        {measured && (
          <Figure
            setup={setup}
            title="Seen"
            frame={measured}
            before={null}
            note={plane ? 'the second coordinate is hidden' : 'what is hidden is grey'}
            id="measured"
          />
        )}
        {setup.rows.map((row, i) => (
          <Figure
            key={i}
            setup={setup}
            title={rowTitle(row)}
            slot={i}
            frame={rows[i]?.frame ?? null}
            before={rows[i]?.result || !plane ? before : null}
            difference={difference && rows[i]?.result !== null}
            note={noteOf(rows[i])}
            bad={rows[i]?.failed !== null}
            id={String(i)}
          />
        ))}
      </div>
    </>
  );
}

function noteOf(row: RowState | undefined): string {
  if (!row) return '';
  if (row.failed) return `${row.failed.because} ${row.failed.hint}`;
  if (row.result) return row.result.remark ?? `${row.result.cost.nfe} evaluations`;
  return row.fraction > 0 ? `${Math.round(100 * row.fraction)} %` : 'waiting';
}

interface FigureProps {
  readonly setup: TaskSetup;
  readonly title: string;
  readonly slot?: number;
  readonly frame: Frame | null;
  readonly before: Frame | null;
  readonly difference?: boolean;
  readonly note: string;
  readonly bad?: boolean;
  readonly id: string;
}
function Figure({ setup, title, slot, frame, before, difference = false, note, bad = false, id }: FigureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { view = 3 } = modelCard(setup.model);
  const draw = useCallback(
    (element: HTMLCanvasElement) => {
      const size = element.clientWidth;
      const ctx = prepare(element, size, size);
      const colour = slot === undefined ? palette().reference : palette().contenders[slot % 8]!;
      drawShown(ctx, { x: 0, y: 0, size }, { frame, before, difference, view, colour });
    },
    [frame, before, difference, view, slot],
  );
  useDrawing(canvas, draw, []);
  return (
    <figure className="contender-canvas edit-figure">
      <canvas ref={canvas} role="img" aria-label={`${title}: ${note}`} data-testid={`edit-${id}`} />
      <figcaption>
        <div className="caption-title">
          {slot !== undefined && <Marker slot={slot} />} <b>{title}</b>
        </div>
        <div className={`caption-numbers${bad ? ' bad' : ''}`}>{note}</div>
      </figcaption>
    </figure>
  );
}
