import { useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import { useWidth } from '../layout.ts';
import { colourOf } from '../marks.ts';
import type { Palette } from '../canvas/palette.ts';
import { Board, type Box } from './Board.tsx';
import type { BoardSize, Place } from './board.ts';
import { paintNone, paintPicture, paintWorking } from './cells.ts';
import { pictureAt, stateOf } from './reading.ts';
import { useGrid } from './context.ts';
import { lookOf, type Results } from './useResults.ts';

export interface BoardProps {
  readonly results: Results;
  readonly cursor: Place | null;
  readonly runs: (index: number) => boolean;
  readonly titleOf: (field: string) => string;
  readonly said: string;
  onPick(place: Place): void;
}

const SIZES = { min: 40, max: 240 } as const;
/** What fits the width, within these, until the reader chooses. */
const LEAST_FITTED = 64;
const MOST_FITTED = 116;
const HEAD = 30;
/** Letters of the longest name of a row, as far as they are shown. */
export const headWidth = (rows: readonly string[]): number =>
  Math.min(160, 28 + 7 * rows.reduce((most, r) => Math.max(most, r.length), 0));

/** The page of pictures. */
export function Pictures({ results, cursor, runs, titleOf, said, onPick }: BoardProps) {
  const { grid, viewOf } = useGrid();
  const { setLook, setCursor } = lookOf(grid);
  const box = useRef<HTMLElement>(null);
  const wide = useWidth(box);
  const chosen = useStore(grid.look, (s) => s.size);
  const laid = results.laid!;
  const columns = laid.x.values;
  const rows = useMemo(() => laid.y?.values ?? [''], [laid.y]);
  const head = laid.y ? headWidth(rows) : 8;
  const fits = Math.floor((wide - head - 2) / columns.length);
  const side = chosen ?? Math.max(LEAST_FITTED, Math.min(MOST_FITTED, fits));
  const size: BoardSize = useMemo(
    () => ({
      rows: rows.length,
      columns: columns.length,
      cell: { width: side, height: side },
      head: { width: head, height: HEAD },
    }),
    [rows, columns, side, head],
  );
  const paint = (ctx: CanvasRenderingContext2D, place: Place, box: Box, colours: Palette) => {
    const state = stateOf(grid, results, runs, place);
    const { index, picture } = pictureAt(grid, results, place);
    if (!picture) return paintNone(ctx, state, box, colours);
    const colour = laid.y ? colours.contenders[place[0] % 8]! : colours.contenders[0]!;
    paintPicture(ctx, picture, box, { view: viewOf?.(results.head!, index) ?? 0, colour, colours });
    if (state === 'working') paintWorking(ctx, box, colours);
  };
  const sources = useMemo(() => [grid.rows], [grid]);
  const averaged = laid.others.filter((o) => o.at === null).map((o) => titleOf(o.axis.field).toLowerCase());
  return (
    <section className="grid-pictures" aria-label="Pictures" ref={box}>
      <div className="section-head">
        <h3>Pictures</h3>
        <p className="fine">{averaged.length > 0 && `of the first ${averaged.join(' and ')}`}</p>
        <label className="check">
          Size
          <input
            type="range"
            min={SIZES.min}
            max={SIZES.max}
            value={side}
            aria-label="Size of the pictures"
            onChange={(e) => setLook({ size: Number(e.target.value) })}
          />
        </label>
      </div>
      <Board
        id="grid-pictures"
        label="Pictures of the cells"
        size={size}
        columns={columns}
        rows={rows}
        corner={[titleOf(laid.x.field), laid.y ? titleOf(laid.y.field) : '']}
        cursor={cursor}
        said={said}
        rowColour={laid.y ? (row) => cssColour(row) : undefined}
        sources={sources}
        paint={paint}
        onCursor={setCursor}
        onPick={onPick}
      />
    </section>
  );
}
/** The colour of a row, as its line in the chart has it. */
export function cssColour(row: number): string {
  const name = colourOf(row).slice('var('.length, -1);
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
