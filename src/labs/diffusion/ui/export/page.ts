// The pictures and charts that the page shows at this moment, as an export takes them along.
import { all, words } from '../../../../frame/ui/export/shown.ts';

export interface ShownPicture {
  readonly canvas: HTMLCanvasElement;
  readonly name: string;
  /** What stands under it: step, cost, quality. */
  readonly facts: string;
  /** −1 for the reference, null for what is no contender's alone. */
  readonly slot: number | null;
}

/** The canvases with what stands under them. */
export function picturesShown(slots: readonly number[]): readonly ShownPicture[] {
  return all('.canvases figure').flatMap((figure): ShownPicture[] => {
    const canvas = figure.querySelector('canvas');
    if (!canvas || canvas.clientWidth === 0) return [];
    const own = /^canvas-(\d+|reference)$/.exec(canvas.dataset['testid'] ?? '')?.[1];
    const titles = all('.caption-title b', figure);
    const slotOf = (id: string | undefined) => (id === undefined ? null : (slots[Number(id)] ?? null));
    return [
      {
        canvas,
        name: titles.length === 1 ? words(titles[0]) : 'All contenders',
        facts:
          titles.length === 1
            ? all('.caption-step, .caption-numbers > span', figure)
                .map(words)
                .filter((t) => t !== '')
                .join(' · ')
            : '',
        slot: own === 'reference' ? -1 : slotOf(own),
      },
    ];
  });
}

export interface ShownChart {
  readonly id: string;
  readonly svg: SVGSVGElement;
  readonly title: string;
}

/** The charts that have points to show. */
export const chartsShown = (): readonly ShownChart[] =>
  all<HTMLElement>('.chart[data-testid]').flatMap((chart): ShownChart[] => {
    const svg = all<SVGSVGElement>('svg.recharts-surface', chart).find((s) => s.clientWidth > 150);
    return svg
      ? [{ id: chart.dataset['testid']!.slice('chart-'.length), svg, title: words(chart.querySelector('h3')) }]
      : [];
  });
