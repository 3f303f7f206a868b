// The experiment as one picture that is evidence: what was run, every picture with its name, the reference, the charts,
// the numbers, the link; and all of it, with the results in full, in a text chunk of the file.
import { contenderPlan } from '../../config/contender.ts';
import { lookLine, modelLine, referenceLine, settingsLine, shownLine, shownSteps } from '../../config/exportLines.ts';
import { toJson } from '../../config/exports.ts';
import { titlesOn } from '../../config/wrapIdle.ts';
import { PNG_KEYWORD } from '../../../../frame/config/restore.ts';
import { saveBlob } from '../../../../frame/state/saveBlob.ts';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { gap, image, paragraph, stacked, table } from '../../../../frame/ui/export/blocks.ts';
import { drawn, GAP, grid, INNER, MARGIN, marked, pngFile, styleOf } from '../../../../frame/ui/export/sheet.ts';
import { tableShown } from '../../../../frame/ui/export/shown.ts';
import { exportContext, resultRows } from '../../state/download.ts';
import { runStore } from '../../state/runStore.ts';
import { viewStore } from '../../state/viewStore.ts';
import { chartsShown, picturesShown } from './page.ts';
import { chartImage } from './svg.ts';

const MOST_COLUMNS = 4;

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
  const names = titlesOn(e.model);
  const fullTitles = names.contenderTitles(e.contenders);
  const legend = slots.map((slot, i) =>
    marked(paragraph(pen, fullTitles[i]!, MARGIN + 18, INNER - 18, ink), slot, MARGIN, colours),
  );
  const { common, titles } = names.contenderNames(e.contenders);
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
      table(pen, tableShown(), { x: MARGIN, width: INNER, colour: colours.ink, rule: colours.faint }),
      gap(GAP),
      line(context.link, styleOf(colours.soft, 11)),
      line(`Stepscope ${context.version} on ${context.adapter}. Drop this file on the page to open its experiment.`),
    ],
    colours.page,
  );
  const told = toJson(e, resultRows(), context, { contenders: shownSteps(position, steps), ...look });
  const file = await pngFile(canvas, { [PNG_KEYWORD]: told });
  if (file) saveBlob(file, `stepscope-${e.model}.png`);
}
