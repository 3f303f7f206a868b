// A chart of the page as an SVG that stands alone: styles written into it, with its title, its legend and its link.
import { markerPath } from '../../../../frame/ui/marks.ts';

const STYLES = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'font-size',
  'font-family',
  'font-weight',
  'text-anchor',
  'opacity',
  'fill-opacity',
  'stroke-opacity',
];
const NS = 'http://www.w3.org/2000/svg';

/** The chart with the computed style of every element written into it. */
function styled(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const from = [svg, ...svg.querySelectorAll('*')];
  const to = [copy, ...copy.querySelectorAll('*')];
  for (const [i, element] of to.entries()) {
    const style = getComputedStyle(from[i]!);
    for (const name of STYLES) element.setAttribute(name, style.getPropertyValue(name));
    for (const name of ['style', 'class', 'tabindex', 'role']) element.removeAttribute(name);
  }
  copy.setAttribute('xmlns', NS);
  return copy;
}

const text = (svg: SVGSVGElement): string => new XMLSerializer().serializeToString(svg);

/** The chart alone, as an image to draw. */
export async function chartImage(svg: SVGSVGElement): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text(styled(svg)))}`;
  await image.decode();
  return image;
}

export interface ChartFile {
  readonly title: string;
  /** One line for each contender. */
  readonly legend: readonly { readonly slot: number; readonly text: string; readonly colour: string }[];
  readonly ink: string;
  readonly paper: string;
  readonly link: string;
}

const LINE = 18;
const TOP = 26;
/** Wide enough to be read in a paper's column. */
const LEAST_WIDTH = 480;

function legendWidth(legend: ChartFile['legend']): number {
  const pen = document.createElement('canvas').getContext('2d')!;
  pen.font = '12px system-ui, sans-serif';
  return Math.max(0, ...legend.map((l) => pen.measureText(l.text).width + 40));
}

/** The chart as a file: title above, legend below, the link in its metadata. */
export function chartFile(svg: SVGSVGElement, { title, legend, ink, paper, link }: ChartFile): string {
  const width = Math.ceil(Math.max(LEAST_WIDTH, svg.clientWidth, legendWidth(legend)));
  const tall = Math.ceil((svg.clientHeight / svg.clientWidth) * width);
  const height = TOP + tall + LINE * legend.length + 10;
  const chart = styled(svg);
  const make = <K extends 'rect' | 'text' | 'path' | 'title' | 'metadata'>(
    name: K,
    attributes: Readonly<Record<string, string | number>>,
    content = '',
  ): Element => {
    const element = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.textContent = content;
    return element;
  };
  const out = document.createElementNS(NS, 'svg');
  for (const [key, value] of Object.entries({ xmlns: NS, width, height, viewBox: `0 0 ${width} ${height}` }))
    out.setAttribute(key, String(value));
  for (const [key, value] of Object.entries({
    y: TOP,
    width,
    height: tall,
    viewBox: `0 0 ${svg.clientWidth} ${svg.clientHeight}`,
  }))
    chart.setAttribute(key, String(value));
  const font = { 'font-family': 'system-ui, sans-serif', fill: ink };
  out.append(
    make('title', {}, title),
    make('metadata', {}, link),
    make('rect', { width, height, fill: paper }),
    make('text', { x: 8, y: 18, 'font-size': 13, 'font-weight': 600, ...font }, title),
    chart,
    ...legend.flatMap(({ slot, text, colour }, i) => {
      const y = TOP + tall + LINE * i + 12;
      return [
        make('path', { d: markerPath(slot, 4), fill: colour, transform: `translate(14 ${y})` }),
        make('text', { x: 26, y: y + 4, 'font-size': 12, ...font }, text),
      ];
    }),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text(out)}\n`;
}
