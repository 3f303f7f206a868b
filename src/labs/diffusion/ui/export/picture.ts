// The experiment as one picture that is evidence: what was run, every picture with its name, the reference, the charts,
// the numbers, the link; and all of it, with the results in full, in a text chunk of the file.
import { contenderPlan } from '../../config/contender.ts';
import { lookLine, modelLine, referenceLine, settingsLine, shownLine, shownSteps } from '../../config/exportLines.ts';
import { toJson } from '../../config/exports.ts';
import { contenderNames, contenderTitles } from '../../../../samplers/contenders/naming.ts';
import { withPngText } from '../../../../formats/png.ts';
import { PNG_KEYWORD } from '../../../../frame/config/restore.ts';
import { saveBlob } from '../../../../frame/state/saveBlob.ts';
import { palette, type Palette } from '../../../../frame/ui/canvas/palette.ts';
import { markerPath } from '../../../../frame/ui/marks.ts';
import { exportContext, resultRows } from '../../state/download.ts';
import { runStore } from '../../state/runStore.ts';
import { viewStore } from '../../state/viewStore.ts';
import { beside, gap, image, paragraph, stacked, table, type Block, type TextStyle } from './blocks.ts';
import { chartsShown, picturesShown, tableShown } from './page.ts';
import { chartImage } from './svg.ts';

const WIDTH = 1240;
const MARGIN = 24;
const INNER = WIDTH - 2 * MARGIN;
const GAP = 20;
/** Device pixels for a pixel of the layout: for print. */
const RATIO = 2;
const MOST_COLUMNS = 4;

const styleOf = (colour: string, size = 13, weight = ''): TextStyle => ({
  font: `${weight} ${size}px system-ui, sans-serif`.trim(),
  colour,
  line: size * 1.45,
});

/** A block with a contender's marker before its first line. */
const marked = (block: Block, slot: number, x: number, colours: Palette): Block => ({
  height: block.height,
  draw(ctx, top) {
    block.draw(ctx, top);
    ctx.save();
    ctx.translate(x + 6, top + 9);
    ctx.fillStyle = slot < 0 ? colours.reference : colours.contenders[slot % 8]!;
    ctx.fill(new Path2D(markerPath(slot, 4.5)));
    ctx.restore();
  },
});

/** Blocks in rows of so many, each as wide as its column. */
function grid(count: number, columns: number, cell: (i: number, x: number, width: number) => Block): Block {
  const width = (INNER - GAP * (columns - 1)) / columns;
  const cells = Array.from({ length: count }, (_, i) => cell(i, MARGIN + (i % columns) * (width + GAP), width));
  const rows = Array.from({ length: Math.ceil(count / columns) }, (_, r) =>
    stacked([beside(cells.slice(r * columns, (r + 1) * columns)), gap(GAP)]),
  );
  return stacked(rows);
}

/** Draws blocks under each other; the paper is as tall as they are. */
function drawn(blocks: readonly Block[], paper: string): HTMLCanvasElement {
  const all = stacked([gap(MARGIN), ...blocks, gap(MARGIN)]);
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH * RATIO;
  canvas.height = Math.ceil(all.height) * RATIO;
  const ctx = canvas.getContext('2d')!;
  ctx.scale(RATIO, RATIO);
  ctx.fillStyle = paper;
  ctx.fillRect(0, 0, WIDTH, Math.ceil(all.height));
  all.draw(ctx, 0);
  return canvas;
}

export async function savePicture(): Promise<void> {
  const { experiment: e, slots } = runStore.getState();
  if (!e) return;
  // What the pointer rests on is no part of the evidence.
  viewStore.setState({ highlighted: null, sample: null });
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  const { position, difference, gain, camera, hidden } = viewStore.getState();
  const colours = palette();
  const pen = document.createElement('canvas').getContext('2d')!;
  const context = exportContext();
  const steps = e.contenders.map((c) => contenderPlan(c, e.model).sigmas.length - 1);
  const soft = styleOf(colours.soft);
  const ink = styleOf(colours.ink);
  const line = (text: string, style = soft) => paragraph(pen, text, MARGIN, INNER, style);

  const shown = picturesShown(slots);
  const pictures = grid(shown.length, Math.min(MOST_COLUMNS, shown.length), (i, x, width) => {
    const { canvas, name, facts, slot } = shown[i]!;
    const title = paragraph(pen, name, x + (slot === null ? 0 : 18), width - 18, styleOf(colours.ink, 13, '600'));
    return stacked([
      image(canvas, canvas, x, width, { paper: colours.paper, rim: colours.faint }),
      gap(6),
      slot === null ? title : marked(title, slot, x, colours),
      paragraph(pen, facts, x, width, styleOf(colours.soft, 12)),
    ]);
  });
  const charts = chartsShown();
  const images = await Promise.all(charts.map(({ svg }) => chartImage(svg)));
  const chartRow = grid(charts.length, Math.max(1, charts.length), (i, x, width) => {
    const { svg, title } = charts[i]!;
    return stacked([
      paragraph(pen, title, x, width, styleOf(colours.ink, 13, '600')),
      image(images[i]!, { width: svg.clientWidth, height: svg.clientHeight }, x, width),
    ]);
  });
  const fullTitles = contenderTitles(e.contenders);
  const legend = slots.map((slot, i) =>
    marked(paragraph(pen, fullTitles[i]!, MARGIN + 18, INNER - 18, ink), slot, MARGIN, colours),
  );
  const numbers = tableShown().map((row, r) => (r === 0 ? row.map((cell) => ({ ...cell, bold: true })) : row));
  const { common, titles } = contenderNames(e.contenders);
  const look = { difference, gain, zoom: camera.zoom, hidden: titles.filter((_, i) => hidden.includes(slots[i]!)) };
  const canvas = drawn(
    [
      line(modelLine(e), styleOf(colours.ink, 17, '600')),
      line(settingsLine(e)),
      line(referenceLine(e)),
      line(common && slots.length > 1 ? `For all: ${common}` : ''),
      line(shownLine(position, steps), styleOf(colours.warn, 13, '600')),
      line(lookLine(look), styleOf(colours.warn, 13, '600')),
      gap(12),
      pictures,
      chartRow,
      stacked(legend),
      gap(GAP),
      table(pen, numbers, { x: MARGIN, width: INNER, colour: colours.ink, rule: colours.faint }),
      gap(GAP),
      line(context.link, styleOf(colours.soft, 11)),
      line(`Stepscope ${context.version} on ${context.adapter}. Drop this file on the page to open its experiment.`),
    ],
    colours.page,
  );
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) return;
  const told = toJson(e, resultRows(), context, { contenders: shownSteps(position, steps), ...look });
  const file = withPngText(new Uint8Array(await blob.arrayBuffer()), PNG_KEYWORD, told);
  saveBlob(new Blob([file as Uint8Array<ArrayBuffer>], { type: 'image/png' }), `stepscope-${e.model}.png`);
}
