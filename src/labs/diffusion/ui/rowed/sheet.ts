// All pictures of a view of rows on one sheet with its numbers and its link, and all of it to open again.
import { PNG_KEYWORD } from '../../../../frame/config/restore.ts';
import { saveBlob } from '../../../../frame/state/saveBlob.ts';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { gap, paragraph, stacked, table, type Block } from '../../../../frame/ui/export/blocks.ts';
import { drawn, GAP, grid, INNER, marked, MARGIN, pngFile, styleOf } from '../../../../frame/ui/export/sheet.ts';
import { modelCard, type ModelId } from '../../config/menus.ts';
import { lineOf, titleOf } from '../../config/rowed.ts';
import type { RowedView } from '../../config/rowedViews.ts';
import { hasRows, rowedContext, rowedJson, sessionOf } from '../../state/rowedFiles.ts';
import { recordAt } from '../../state/rowedSession.ts';
import { drawLaws, lawHeight } from '../discrete/draw.ts';
import { drawParticles } from '../distil/draw.ts';
import { frameFor } from '../distil/frame.ts';
import { drawFilm, filmHeight } from '../sequences/draw.ts';
import { figuresShown, figureText } from './Results.tsx';

const COLUMNS = 4;

export async function saveRowsSheet(view: RowedView): Promise<void> {
  const session = await sessionOf(view);
  if (!hasRows(session)) return;
  const { kind } = session;
  const state = session.store.getState();
  const { setup, rows, begun, at } = state;
  if (!setup) return;
  const colours = palette();
  const pen = document.createElement('canvas').getContext('2d')!;
  const context = rowedContext(view);
  const card = kind.models.find(({ id }) => id === setup.model)!;
  const reach = view === 'distil' ? frameFor(rows, modelCard(setup.model as ModelId).view ?? 3) : 3;
  const target = (begun as { readonly target?: Float32Array | null } | null)?.target ?? null;
  const [frames, videos] = [Number(setup.values['frames']), Number(setup.values['n'])];
  const film = (i: number, x: number, width: number): Block => ({
    height: filmHeight(width, frames, videos),
    draw(ctx, y) {
      const made = rows[i]?.records.map((r) => r.picture) ?? [];
      drawFilm(ctx, { x, y, width }, { pictures: made, frames, videos, colours });
    },
  });
  const particles = (i: number, x: number, size: number): Block => ({
    height: size,
    draw(ctx, y) {
      ctx.fillStyle = colours.paper;
      ctx.fillRect(x, y, size, size);
      const shown = rows[i] ? recordAt(rows[i], at) : null;
      drawParticles(ctx, { x, y, size }, { picture: shown?.picture ?? null, target, view: reach, slot: i, colours });
    },
  });
  const laws = (i: number, x: number, width: number): Block => ({
    height: lawHeight(width, 2),
    draw(ctx, y) {
      const shown = rows[i] ? recordAt(rows[i], at) : null;
      drawLaws(ctx, { x, y, width, count: 2 }, shown?.picture ?? null, colours.faint);
    },
  });
  const picture = { distil: particles, sequences: film, discrete: laws }[view];
  const columns = Math.min({ distil: COLUMNS, sequences: 1, discrete: 2 }[view], rows.length);
  const pictures = grid(rows.length, columns, (i, x, width) => {
    const name = paragraph(pen, titleOf(kind, setup, i), x + 18, width - 18, styleOf(colours.ink, 13, '600'));
    return stacked([picture(i, x, width), gap(6), marked(name, i, x, colours)]);
  });
  const ids = figuresShown(session as never, state as never);
  const line = (text: string, style = styleOf(colours.soft)) => paragraph(pen, text, MARGIN, INNER, style);
  const numbers = [
    ['Method', ...ids.map((id) => kind.figures[id]!.title), 'evaluations', 'depth'],
    ...rows.map(({ records }, i) => {
      const last = records.at(-1);
      const costs = [String(last?.cost.nfe ?? ''), String(last?.cost.depth ?? '')];
      return [titleOf(kind, setup, i), ...ids.map((id) => figureText(last?.figures[id])), ...costs];
    }),
  ];
  const canvas = drawn(
    [
      line(`${kind.title}: ${card.title}`, styleOf(colours.ink, 17, '600')),
      line(lineOf(kind, setup)),
      gap(12),
      pictures,
      gap(GAP),
      table(
        pen,
        numbers.map((cells) => cells.map((text) => ({ text, bold: false, right: false }))),
        { x: MARGIN, width: INNER, colour: colours.ink, rule: colours.faint },
      ),
      gap(GAP),
      line(context.link, styleOf(colours.soft, 11)),
      line(`Stepscope ${context.version} on ${context.adapter}. Drop this file on the page to open it.`),
    ],
    colours.page,
  );
  const file = await pngFile(canvas, { [PNG_KEYWORD]: rowedJson(session, state) });
  if (file) saveBlob(file, `stepscope-${view}-${setup.model}.png`);
}
