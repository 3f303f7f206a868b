// The canvases and charts as one PNG with the names of the contenders.
import { contenderTitle } from '../config/naming.ts';
import { modelCard } from '../config/menus.ts';
import { saveBlob } from '../../../frame/state/saveBlob.ts';
import { experimentStore } from '../state/experimentStore.ts';
import { palette } from '../../../frame/ui/canvas/palette.ts';
import { markerPath } from '../../../frame/ui/marks.ts';

const GAP = 20;
const FONT = '13px system-ui, sans-serif';

/** A chart's SVG with the computed style of every element written into it, so that it stands alone. */
function standAlone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const from = [svg, ...svg.querySelectorAll('*')];
  const to = [copy, ...copy.querySelectorAll('*')];
  for (const [i, element] of to.entries()) {
    const style = getComputedStyle(from[i]!);
    for (const name of [
      'fill',
      'stroke',
      'stroke-width',
      'stroke-dasharray',
      'font-size',
      'font-family',
      'opacity',
      'fill-opacity',
      'stroke-opacity',
    ])
      element.setAttribute(name, style.getPropertyValue(name));
    element.removeAttribute('style');
  }
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(copy);
}
async function chartImage(svg: SVGSVGElement): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standAlone(svg))}`;
  await image.decode();
  return image;
}

export async function savePicture(): Promise<void> {
  const { experiment, slots } = experimentStore.getState();
  const colours = palette();
  const ratio = 2;
  const canvases = [...document.querySelectorAll<HTMLCanvasElement>('.canvases canvas')];
  const charts = [...document.querySelectorAll<SVGSVGElement>('.chart svg.recharts-surface')].filter(
    (s) => s.clientWidth > 150,
  );
  const images = await Promise.all(charts.map(chartImage));
  const row = (widths: readonly number[]) => widths.reduce((a, w) => a + w + GAP, GAP);
  const chartTitles = charts.map((c) => c.closest('.chart')?.querySelector('h3')?.textContent ?? '');
  const width = Math.max(720, row(canvases.map((c) => c.clientWidth)), row(charts.map((c) => c.clientWidth)));
  const tallest = (list: readonly Element[]) => list.reduce((a, c) => Math.max(a, c.clientHeight), 0);
  const listTop = 64 + tallest(canvases);
  const chartTop = listTop + 22 * slots.length + GAP;
  const height = chartTop + (charts.length > 0 ? 24 + tallest(charts) + GAP : 0);
  const canvas = document.createElement('canvas');
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const ctx = canvas.getContext('2d')!;
  ctx.scale(ratio, ratio);
  ctx.fillStyle = colours.paper;
  ctx.fillRect(0, 0, width, height);
  ctx.fillStyle = colours.ink;
  ctx.font = `600 ${FONT}`;
  ctx.fillText(
    `${modelCard(experiment.model).title}${experiment.learned ? ', learned' : ''} · ${experiment.samples} samples · seed ${experiment.seed}`,
    GAP,
    28,
  );
  let x = GAP;
  for (const c of canvases) {
    ctx.drawImage(c, x, 44, c.clientWidth, c.clientHeight);
    x += c.clientWidth + GAP;
  }
  ctx.font = FONT;
  for (const [i, slot] of slots.entries()) {
    ctx.save();
    ctx.translate(GAP + 6, listTop + 22 * i + 12);
    ctx.fillStyle = colours.contenders[slot % 8]!;
    ctx.fill(new Path2D(markerPath(slot, 5)));
    ctx.restore();
    ctx.fillStyle = colours.ink;
    ctx.fillText(contenderTitle(experiment.contenders[i]!), GAP + 20, listTop + 22 * i + 16);
  }
  x = GAP;
  for (const [i, image] of images.entries()) {
    ctx.fillText(chartTitles[i]!, x, chartTop + 12);
    ctx.drawImage(image, x, chartTop + 24, charts[i]!.clientWidth, charts[i]!.clientHeight);
    x += charts[i]!.clientWidth + GAP;
  }
  canvas.toBlob((blob) => blob && saveBlob(blob, `stepscope-${experiment.model}.png`), 'image/png');
}
