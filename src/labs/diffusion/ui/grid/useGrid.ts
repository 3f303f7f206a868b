// What the parts of the grid view read together: the results as they are laid out, and the cell that is read.
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { GridHead } from '../../../../experiments/grid/records.ts';
import { metricMenu } from '../../config/menus.ts';
import { FIRST_LOOK, laid, repeatsOf, shownSpots, type GridLook, type Laid, type Shown } from '../../state/gridFace.ts';
import { rankSpots, type SpotRanking } from '../../state/gridRanking.ts';
import { planStore } from '../../state/gridSession.ts';
import { gridRows, gridStore } from '../../state/gridStore.ts';
import { shownMetric, type MetricItem } from '../../state/metrics.ts';
import type { Place } from './board.ts';

export const lookStore = createStore<GridLook & { readonly cursor: Place | null }>(() => ({
  ...FIRST_LOOK,
  cursor: null,
}));
export const setLook = (patch: Partial<GridLook>): void => lookStore.setState({ ...patch, cursor: null });
export const setCursor = (cursor: Place | null): void => {
  if (`${lookStore.getState().cursor}` !== `${cursor}`) lookStore.setState({ cursor });
};

export interface Results {
  /** Of the rows that are there; of the grid under edit where there are none. */
  readonly head: GridHead | null;
  readonly laid: Laid | null;
  readonly metrics: readonly MetricItem[];
  readonly metric: MetricItem | undefined;
  readonly shown: Shown | null;
  readonly ranking: SpotRanking | null;
}

/** Metrics that any row holds. */
function presentIn(head: GridHead): readonly MetricItem[] {
  const held = new Set<string>();
  for (const row of gridRows.all()) row.metrics.forEach((v, i) => v !== null && held.add(head.metrics[i]!));
  return metricMenu.filter((m) => held.has(m.id));
}
/** Whether a cell that ended well lacks a metric: it drew noise, say. */
function lacking(head: GridHead, id: string): boolean {
  const which = head.metrics.indexOf(id);
  return gridRows.all().some((row) => row.failed === null && row.metrics[which] === null);
}

export function useResults(): Results {
  const version = useStore(gridStore, (s) => s.version);
  const ofRows = useStore(gridStore, (s) => s.head);
  const plan = useStore(planStore, (s) => s.head);
  const head = ofRows ?? plan;
  const look = useStore(lookStore);
  const { x, y, held, metric: chosen, size } = look;
  return useMemo(() => {
    void version;
    if (!head) return { head, laid: null, metrics: [], metric: undefined, shown: null, ranking: null };
    const at = laid(head, { x, y, held, metric: chosen, size });
    const metrics = presentIn(head);
    // Without a choice, one that every cell has.
    const common = metrics.find((m) => !lacking(head, m.id));
    const metric = shownMetric(chosen ?? common?.id ?? null, metrics, []);
    const rows = gridRows.all();
    const shown = shownSpots(head, rows, metric?.id ?? '', at);
    const ranking = metric ? rankSpots(shown.spots, repeatsOf(head, rows, metric.id, at), metric) : null;
    return { head, laid: at, metrics, metric, shown, ranking };
  }, [version, head, x, y, held, chosen, size]);
}
