import { useCallback, useRef } from 'react';
import { useStore } from 'zustand';
import { Marker } from '../../../../../frame/ui/Marker.tsx';
import { palette } from '../../../../../frame/ui/canvas/palette.ts';
import { prepare } from '../../../../../frame/ui/canvas/plane.ts';
import { useDrawing } from '../../../../../frame/ui/canvas/useDrawing.ts';
import { compact } from '../../../../../frame/ui/format.ts';
import { counted } from './counted.ts';
import { modelCard } from '../../../config/menus.ts';
import { isPlane } from '../../../config/seekSetup.ts';
import { seekStore } from '../../../state/seekSession.ts';
import { shownCell } from '../../../state/seekSeries.ts';
import type { Frame } from '../../../state/types.ts';
import { drawShown } from '../../edit/draw.ts';

/** Where the plain run ends, and where each line does, start by start. */
export function SeekPictures({ budget, names }: { readonly budget: number; readonly names: readonly string[] }) {
  const { setup, before, cells } = useStore(seekStore);
  if (!setup || !before) return null;
  const { view = 3 } = modelCard(setup.model);
  const plane = isPlane(setup.model);
  return (
    <section aria-label="Before and after">
      <div className="section-head">
        <h3>Before and after</h3>
        <p className="fine">
          Seed {setup.seed};{' '}
          {plane
            ? 'a line leads from where the plain run of the same start ends'
            : 'the same starts, in the same places'}
        </p>
      </div>
      <div className="seek-pictures">
        <Figure
          id="before"
          title="Plain run"
          note={`score ${compact(before.score, 3)}, ${before.evaluations} evaluations`}
          frame={before.before}
          before={null}
          view={view}
        />
        {names.map((name, line) => {
          const cell = shownCell(cells, line, budget);
          if (!cell) return null;
          const spent = `${counted(cell.cost.evaluations)} evaluations${cell.stopped ? `, stopped, seed ${cell.seed}` : ''}`;
          return (
            <Figure
              key={line}
              id={String(line)}
              slot={line}
              title={name}
              note={`score ${compact(cell.score, 3)}, ${spent}`}
              frame={cell.after}
              before={before.before}
              view={view}
            />
          );
        })}
      </div>
    </section>
  );
}

interface FigureProps {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly slot?: number;
  readonly frame: Frame | null;
  readonly before: Frame | null;
  readonly view: number;
}
function Figure({ id, title, note, slot, frame, before, view }: FigureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const draw = useCallback(
    (element: HTMLCanvasElement) => {
      const size = element.clientWidth;
      const ctx = prepare(element, size, size);
      const colour = slot === undefined ? palette().reference : palette().contenders[slot % 8]!;
      drawShown(ctx, { x: 0, y: 0, size }, { frame, before, difference: false, view, colour });
    },
    [frame, before, view, slot],
  );
  useDrawing(canvas, draw, []);
  return (
    <figure className="contender-canvas seek-figure">
      <canvas ref={canvas} role="img" aria-label={`${title}: ${note}`} data-testid={`seek-${id}`} />
      <figcaption>
        <div className="caption-title">
          {slot !== undefined && <Marker slot={slot} />} <b>{title}</b>
        </div>
        <div className="caption-numbers">{note}</div>
      </figcaption>
    </figure>
  );
}
