// All pictures of a task on one sheet with its numbers and its link, and all of it to open again.
import { PNG_KEYWORD } from '../../../../frame/config/restore.ts';
import { saveBlob } from '../../../../frame/state/saveBlob.ts';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { gap, paragraph, stacked, table, type Block } from '../../../../frame/ui/export/blocks.ts';
import { drawn, GAP, grid, INNER, marked, MARGIN, pngFile, styleOf } from '../../../../frame/ui/export/sheet.ts';
import { modelCard } from '../../config/menus.ts';
import { modelTitle, rowTitle, setupLine, taskMetrics, taskTitles } from '../../config/taskWords.ts';
import { hasResults, taskContext, taskJson } from '../../state/editFiles.ts';
import { editStore } from '../../state/editSession.ts';
import { drawShown } from './draw.ts';
import { cellsOf, metricsShown } from './Results.tsx';

const COLUMNS = 4;

export async function saveTaskSheet(): Promise<void> {
  if (!hasResults()) return;
  const state = editStore.getState();
  const { setup, before, measured, rows } = state;
  if (!setup) return;
  const colours = palette();
  const pen = document.createElement('canvas').getContext('2d')!;
  const context = taskContext();
  const { view = 3 } = modelCard(setup.model);
  const shown = [
    { title: 'Given', frame: before, slot: null },
    ...(measured ? [{ title: 'Seen', frame: measured, slot: null }] : []),
    ...setup.rows.map((row, i) => ({ title: rowTitle(row), frame: rows[i]?.frame ?? null, slot: i })),
  ];
  const picture = (i: number, x: number, size: number): Block => ({
    height: size,
    draw(ctx, y) {
      const { frame, slot } = shown[i]!;
      ctx.fillStyle = colours.paper;
      ctx.fillRect(x, y, size, size);
      const colour = slot === null ? colours.reference : colours.contenders[slot % 8]!;
      drawShown(ctx, { x, y, size }, { frame, before: slot === null ? null : before, difference: false, view, colour });
    },
  });
  const pictures = grid(shown.length, Math.min(COLUMNS, shown.length), (i, x, width) => {
    const { title, slot } = shown[i]!;
    const at = slot === null ? x : x + 18;
    const name = paragraph(pen, title, at, width - 18, styleOf(colours.ink, 13, '600'));
    return stacked([picture(i, x, width), gap(6), slot === null ? name : marked(name, slot, x, colours)]);
  });
  const ids = metricsShown(state);
  const columns = ids.map((id) => cellsOf(state, id));
  const line = (text: string, style = styleOf(colours.soft)) => paragraph(pen, text, MARGIN, INNER, style);
  const numbers = [
    ['Method', ...ids.map((id) => taskMetrics[id].title), 'evaluations'],
    ...setup.rows.map((row, i) => [
      rowTitle(row),
      ...columns.map((cells) => cells[i]!.text),
      String(rows[i]?.result?.cost.nfe ?? ''),
    ]),
  ];
  const canvas = drawn(
    [
      line(`${taskTitles[setup.task]}: ${modelTitle(setup.model)}`, styleOf(colours.ink, 17, '600')),
      line(setupLine(setup)),
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
      line(`Stepscope ${context.version} on ${context.adapter}. Drop this file on the page to open its task.`),
    ],
    colours.page,
  );
  const file = await pngFile(canvas, { [PNG_KEYWORD]: taskJson(state, context) });
  if (file) saveBlob(file, `stepscope-${setup.task}-${setup.model}.png`);
}
