import { useMemo, useRef } from 'react';
import { heatGradient } from '../canvas/heat.ts';
import type { Palette } from '../canvas/palette.ts';
import { compact, short } from '../format.ts';
import { useWidth } from '../layout.ts';
import { Board, type Box } from './Board.tsx';
import type { BoardSize, Place } from './board.ts';
import { paintHeat, paintNone } from './cells.ts';
import { headWidth, type BoardProps } from './Pictures.tsx';
import { stateOf } from './reading.ts';
import { scaleFor } from './scale.ts';
import { useGrid } from './context.ts';
import { lookOf, type Results } from './useResults.ts';

/** "Best: heun, 16; not distinguishable from it: 3 of the 15 others (dashed)." */
function verdictText({ ranking, laid }: Results): string {
  if (!ranking?.best || !laid) return '';
  const [row, column] = ranking.best;
  const where = [laid.y?.values[row], laid.x.values[column]].filter((t) => t !== undefined).join(', ');
  if (ranking.unmarked !== null) return ranking.unmarked;
  const others = ranking.rated - 1;
  return ranking.tied === 0
    ? `Best: ${where}; each of the ${others} others can be told from it.`
    : `Best: ${where}; not distinguishable from it: ${ranking.tied} of the ${others} others (dashed).`;
}

/** A metric over two axes as colours. */
export function HeatMap({ results, cursor, runs, titleOf, said, onPick }: BoardProps) {
  const { grid } = useGrid();
  const box = useRef<HTMLElement>(null);
  const wide = useWidth(box);
  const { metric, shown, ranking } = results;
  const laid = results.laid!;
  const columns = laid.x.values;
  const rows = useMemo(() => laid.y?.values ?? [''], [laid.y]);
  const head = laid.y ? headWidth(rows) : 8;
  const width = Math.max(30, Math.min(92, Math.floor((wide - head - 2) / Math.max(1, columns.length))));
  const size: BoardSize = useMemo(
    () => ({
      rows: rows.length,
      columns: columns.length,
      cell: { width, height: rows.length > 16 ? 20 : 28 },
      head: { width: head, height: 30 },
    }),
    [rows, columns, width, head],
  );
  const sources = useMemo(() => [grid.rows], [grid]);
  const scale = scaleFor(shown?.spots ?? [], metric?.log ?? false);
  const paint = (ctx: CanvasRenderingContext2D, place: Place, at: Box, colours: Palette) => {
    const spot = shown?.spots[place[0]]?.[place[1]];
    if (!scale || !spot || spot.mean === null || !Number.isFinite(spot.mean)) {
      const state = stateOf(grid, results, runs, place);
      return paintNone(ctx, state === 'done' || state === 'working' ? 'waiting' : state, at, colours);
    }
    const verdict = ranking?.verdicts[place[0]]?.[place[1]];
    const mark = verdict === 'best' || verdict === 'tied' ? verdict : 'other';
    paintHeat(ctx, scale.share(spot.mean), short(spot.mean, 2), mark, at);
  };
  return (
    <section className="grid-heat" aria-label="Heat map" ref={box}>
      <div className="section-head">
        <h3>{metric?.title ?? 'Quality'}</h3>
        {scale && (
          <p className="fine heat-scale">
            {compact(scale.low, 2)}
            <span aria-hidden="true" style={{ background: heatGradient }} />
            {compact(scale.high, 2)} {metric?.unit}
            {scale.runs && `, ${scale.runs}`}
          </p>
        )}
      </div>
      <Board
        id="grid-heat"
        label={`${metric?.title ?? 'Quality'} by cell`}
        size={size}
        columns={columns}
        rows={rows}
        corner={[titleOf(laid.x.field), laid.y ? titleOf(laid.y.field) : '']}
        cursor={cursor}
        said={said}
        sources={sources}
        paint={paint}
        onCursor={lookOf(grid).setCursor}
        onPick={onPick}
      />
      <p className="fine" data-testid="grid-verdict">
        {verdictText(results)}
      </p>
    </section>
  );
}
