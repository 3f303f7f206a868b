// The ranking as a CSV file: one row a sampler.
import { csv } from '../../../core/csv.ts';
import { formatContender } from '../../../samplers/contenders/text.ts';
import { saveBlob } from '../../../frame/state/saveBlob.ts';
import { shareLink } from './address.ts';
import { deviceStore } from './connection.ts';
import type { MetricItem } from './metrics.ts';
import { rankStore } from './rank.ts';
import type { RankRow } from './ranking.ts';

declare const __APP_VERSION__: string;

/** RFC 4180; numbers in full. */
export function rankingCsv(
  rows: readonly RankRow[],
  metric: MetricItem,
  about: readonly (readonly [string, string])[],
) {
  const { contenders } = rankStore.getState();
  const head = ['sampler', 'contender', 'nfe', 'seeds', metric.id, 'low_95', 'high_95', 'verdict', 'wall_ms', 'note'];
  const lines = rows.map((r) => [
    contenders[r.entrant]!.sampler,
    formatContender(contenders[r.entrant]!),
    r.nfe,
    r.seeds,
    r.value,
    r.low,
    r.high,
    r.verdict,
    r.wallMs,
    r.why,
  ]);
  return csv([head, ...lines, [], ...about]);
}

export function saveRanking(rows: readonly RankRow[], metric: MetricItem): void {
  const { experiment, settings } = rankStore.getState();
  if (!experiment || !settings) return;
  const about = [
    ['model', experiment.model],
    ['samples', String(experiment.samples)],
    ['evaluations', String(settings.budget)],
    ['adapter', deviceStore.getState().report?.name ?? 'unknown'],
    ['version', __APP_VERSION__],
    ['link', shareLink(null)],
  ] as const;
  saveBlob(
    new Blob([rankingCsv(rows, metric, about)], { type: 'text/csv' }),
    `stepscope-ranking-${experiment.model}-${settings.budget}.csv`,
  );
}
