// All pictures of a grid on one sheet with its axes, its link and its results inside.
import { gridJson } from '../../../experiments/grid/records.ts';
import { PNG_KEYWORD } from '../../config/restore.ts';
import { saveBlob } from '../../state/saveBlob.ts';
import { palette, type Palette } from '../canvas/palette.ts';
import { gap, paragraph, type Block } from '../export/blocks.ts';
import { drawn, INNER, MARGIN, pngFile, styleOf } from '../export/sheet.ts';
import { FIRST_LOOK, laid, shownSpots, type Laid } from '../../state/grid/face.ts';
import { cut, type Box } from './Board.tsx';
import { paintNone, paintPicture } from './cells.ts';
import type { GridUi } from './context.ts';
import { headWidth } from './Pictures.tsx';

declare const __APP_VERSION__: string;

const LABEL = '11px system-ui, sans-serif';
const MOST = 240;
/** A browser draws no larger sheet: of a grid with more rows the last ones are left to its results. */
const TALLEST = 14_000;

/** The page of pictures under the heads of its axes, as wide as the sheet. */
function page(
  at: Laid,
  corner: readonly [string, string],
  colours: Palette,
  paint: (ctx: CanvasRenderingContext2D, row: number, column: number, box: Box) => void,
): Block & { readonly rows: number } {
  const rows = at.y?.values ?? [''];
  const columns = at.x.values;
  const left = MARGIN + (at.y ? headWidth(rows) : 0);
  const side = Math.min(MOST, (MARGIN + INNER - left) / columns.length);
  const shown = Math.min(rows.length, Math.floor(TALLEST / 2 / side));
  return {
    rows: shown,
    height: 34 + shown * side,
    draw(ctx, top) {
      ctx.textBaseline = 'middle';
      ctx.font = LABEL;
      ctx.fillStyle = colours.soft;
      ctx.fillText(`${corner[0]} →`, left, top + 8);
      if (corner[1] !== '') ctx.fillText(`${corner[1]} ↓`, MARGIN, top + 25);
      ctx.textAlign = 'center';
      columns.forEach((v, c) => ctx.fillText(cut(ctx, v, side - 4), left + (c + 0.5) * side, top + 25));
      for (let r = 0; r < shown; r++) {
        const y = top + 34 + r * side;
        ctx.textAlign = 'right';
        ctx.fillStyle = colours.soft;
        if (at.y) ctx.fillText(cut(ctx, rows[r]!, left - MARGIN - 10), left - 8, y + side / 2);
        for (let c = 0; c < columns.length; c++)
          paint(ctx, r, c, { x: left + c * side + 1, y: y + 1, width: side - 2, height: side - 2 });
      }
      ctx.textAlign = 'left';
      ctx.textBaseline = 'alphabetic';
    },
  };
}

export async function saveSheet({ grid, viewOf }: Pick<GridUi, 'grid' | 'viewOf'>): Promise<void> {
  const { head } = grid.store.getState();
  if (!head) return grid.nothingYet();
  const { heading, settings, file: name } = grid.words(head);
  const at = laid(head, { ...FIRST_LOOK, ...grid.look.getState() });
  const rows = grid.rows.all();
  const shown = shownSpots(head, rows, head.metrics[0] ?? '', at);
  const { titleOf } = grid;
  const colours = palette();
  const pen = document.createElement('canvas').getContext('2d')!;
  const line = (text: string, style = styleOf(colours.soft)) => paragraph(pen, text, MARGIN, INNER, style);
  const pictures = page(at, [titleOf(at.x.field), at.y ? titleOf(at.y.field) : ''], colours, (ctx, r, c, box) => {
    const index = shown.cells[r]?.[c] ?? null;
    const frame = index === null ? undefined : grid.rows.picture(index);
    ctx.save();
    if (index === null || !frame) {
      const failed = index !== null && grid.rows.get(index)?.failed !== null;
      paintNone(ctx, failed ? 'failed' : 'waiting', box, colours);
    } else {
      const colour = colours.contenders[at.y ? r % 8 : 0]!;
      paintPicture(ctx, frame, box, { view: viewOf?.(head, index) ?? 0, colour, colours });
    }
    ctx.restore();
  });
  const held = at.others.map(({ axis, at: value }) =>
    value === null ? `${titleOf(axis.field)}: the first of ${axis.values.length}` : `${titleOf(axis.field)} ${value}`,
  );
  const rest = (at.y?.values.length ?? 1) - pictures.rows;
  const link = `${location.origin}${location.pathname}#${grid.hashOf(head)}`;
  const canvas = drawn(
    [
      line(
        `${heading}: ${head.axes.map((a) => titleOf(a.field).toLowerCase()).join(' × ')}`,
        styleOf(colours.ink, 17, '600'),
      ),
      line(settings),
      ...grid.remarks(head).map((text) => line(text, styleOf(colours.warn))),
      line(held.join(' · ')),
      gap(10),
      pictures,
      gap(10),
      line(rest > 0 ? `${rest} more rows are not drawn; their results are in this file.` : '', styleOf(colours.warn)),
      line(link, styleOf(colours.soft, 11)),
      line(
        `Stepscope ${__APP_VERSION__} on ${head.device}. ${rows.length} cells. Drop this file on the page to open the grid.`,
      ),
    ],
    colours.page,
  );
  const told = `{"format":"stepscope-grid-sheet","link":${JSON.stringify(link)},"results":${gridJson(head, rows)}}`;
  const file = await pngFile(canvas, { [PNG_KEYWORD]: told });
  if (file) saveBlob(file, `stepscope-grid-${name}.png`);
}
