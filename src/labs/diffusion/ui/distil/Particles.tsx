import { useCallback, useRef } from 'react';
import { useStore } from 'zustand';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { prepare } from '../../../../frame/ui/canvas/plane.ts';
import { useDrawing } from '../../../../frame/ui/canvas/useDrawing.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { modelCard, type ModelId } from '../../config/menus.ts';
import { titleOf } from '../../config/rowed.ts';
import { distilSession } from '../../state/distilSession.ts';
import { recordAt, type RowState } from '../../state/rowedSession.ts';
import type { RowedRecord } from '../../worker/protocol.ts';
import { drawParticles } from './draw.ts';
import { frameFor, outOfView, stepsSeen } from './frame.ts';

const { kind, store } = distilSession;

/** The particles of each method, at the newest step or the one that was slid to. */
export function Particles() {
  const { setup, rows, begun, at } = useStore(store);
  if (!setup) return null;
  const modes = begun?.modes ?? [];
  const steps = stepsSeen(rows);
  const last = Math.max(0, steps.length - 1);
  const place =
    at === null
      ? last
      : Math.max(
          0,
          steps.findLastIndex((s) => s <= at),
        );
  const shown = steps[place] ?? 0;
  const frame = frameFor(rows, modelCard(setup.model as ModelId).view ?? 3);
  return (
    <>
      <label className="rowed-slide">
        <span className="fine">{`Step ${shown}`}</span>
        <input
          type="range"
          aria-label="Step that is shown"
          min={0}
          max={Math.max(1, last)}
          value={place}
          aria-valuetext={`step ${shown}`}
          onChange={(e) => {
            const to = Number(e.target.value);
            store.setState({ at: to >= last ? null : (steps[to] ?? null) });
          }}
        />
        {begun && (
          <span className="fine">
            {begun.where === 'device' ? 'the model runs on the GPU' : 'the model runs on the processor, in float64'}
          </span>
        )}
      </label>
      <div className="rowed-pictures">
        {setup.rows.map((_, i) => (
          <Figure
            key={i}
            title={titleOf(kind, setup, i)}
            slot={i}
            frame={frame}
            asked={at}
            record={rows[i] ? recordAt(rows[i], at) : null}
            row={rows[i]}
            target={begun?.target ?? null}
            modes={modes}
          />
        ))}
      </div>
    </>
  );
}

interface FigureProps {
  readonly title: string;
  readonly slot: number;
  /** Half-width of what is shown of the plane. */
  readonly frame: number;
  /** The step that was slid to. */
  readonly asked: number | null;
  readonly record: RowedRecord | null;
  readonly row: RowState | undefined;
  readonly target: Float32Array | null;
  readonly modes: readonly string[];
}
function Figure({ title, slot, frame: view, asked, record, row, target, modes }: FigureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const picture = record?.picture ?? null;
  const draw = useCallback(
    (element: HTMLCanvasElement) => {
      const size = element.clientWidth;
      const ctx = prepare(element, size, size);
      drawParticles(ctx, { x: 0, y: 0, size }, { picture, target, view, slot, colours: palette() });
    },
    [picture, target, view, slot],
  );
  useDrawing(canvas, draw, []);
  const note = noteOf(record, row, view, asked);
  return (
    <figure className="contender-canvas rowed-figure">
      <canvas ref={canvas} role="img" aria-label={`${title}: ${note}`} data-testid={`distil-${slot}`} />
      {record?.shares && <Shares shares={record.shares} modes={modes} title={title} />}
      <figcaption>
        <div className="caption-title">
          <Marker slot={slot} /> <b>{title}</b>
        </div>
        <div className={`caption-numbers${row?.failed ? ' bad' : ''}`}>{note}</div>
      </figcaption>
    </figure>
  );
}

function noteOf(record: RowedRecord | null, row: RowState | undefined, view: number, asked: number | null): string {
  if (row?.failed) return `${row.failed.because} ${row.failed.hint}`;
  if (!record) return 'waiting';
  const { nfe, depth } = record.cost;
  const chain = depth === nfe ? '' : `, ${depth} one after another`;
  // A window ends where it ends, which may be before the step that is looked at.
  const behind = asked !== null && record.at !== asked ? ' (the last one it has by then)' : '';
  const outside = outOfView(record.picture, view);
  return `step ${record.at}${behind}, ${nfe} evaluations${chain}${outside > 0 ? `, ${outside} out of view` : ''}`;
}

/** Which share of the particles is in which mode, as a bar. */
function Shares({
  shares,
  modes,
  title,
}: {
  readonly shares: readonly number[];
  readonly modes: readonly string[];
  readonly title: string;
}) {
  const said = shares.map((v, k) => `${modes[k] ?? k}: ${Math.round(100 * v)} %`);
  return (
    <>
      <div
        className="rowed-shares"
        role="img"
        aria-label={`Modes of ${title}: ${said.join(', ')}`}
        title={said.join('\n')}
      >
        {shares.map((v, k) => (
          <span key={k} className={k % 2 === 0 ? 'even' : 'odd'} style={{ flexGrow: v }} hidden={v === 0}>
            {v >= 0.1 ? Math.round(100 * v) : ''}
          </span>
        ))}
      </div>
      <p className="fine rowed-shares-of" aria-hidden="true">
        in each mode, %
      </p>
    </>
  );
}
