// Each chart as an SVG file.
import { titlesOn } from '../../config/wrapIdle.ts';
import { saveBlob } from '../../../../frame/state/saveBlob.ts';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { exportContext } from '../../state/download.ts';
import { notify } from '../../state/notices.ts';
import { runStore } from '../../state/runStore.ts';
import { chartsShown } from './page.ts';
import { chartFile } from './svg.ts';

export type ChartId = 'quality' | 'latency' | 'pareto';

export function saveChart(id: ChartId): void {
  const { experiment: e, slots } = runStore.getState();
  const chart = chartsShown().find((c) => c.id === id);
  if (!e || !chart)
    return notify({
      kind: 'export',
      tone: 'warning',
      title: 'This chart has no points yet.',
      hint: 'Export it when the run has ended.',
    });
  const colours = palette();
  const fullTitles = titlesOn(e.model).contenderTitles(e.contenders);
  const text = chartFile(chart.svg, {
    title: chart.title,
    legend: slots.map((slot, i) => ({
      slot,
      text: fullTitles[i]!,
      colour: colours.contenders[slot % 8]!,
    })),
    ink: colours.ink,
    paper: colours.page,
    link: exportContext().link,
  });
  saveBlob(new Blob([text], { type: 'image/svg+xml' }), `stepscope-${e.model}-${id}.svg`);
}
