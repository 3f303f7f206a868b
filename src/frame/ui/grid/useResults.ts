// What the parts of the grid view read together: the results as they are laid out, and the cell that is read.
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { costsTold, valueIn, type CellRow, type GridHead } from '../../../experiments/grid/records.ts';
import type { GridMetric } from '../../config/grid.ts';
import type { Grid } from '../../state/grid/create.ts';
import { laid, repeatsOf, shownSpots, type GridLook, type Laid, type Shown } from '../../state/grid/face.ts';
import { rankSpots, type SpotRanking } from '../../state/grid/ranking.ts';
import type { Place } from './board.ts';

type Looked = Pick<Grid, 'look'>;
export const lookOf = ({ look }: Looked) => ({
  setLook: (patch: Partial<GridLook>): void => look.setState({ ...patch, cursor: null }),
  setCursor(cursor: Place | null): void {
    if (`${look.getState().cursor}` !== `${cursor}`) look.setState({ cursor });
  },
});

export interface Results {
  /** Of the rows that are there; of the grid under edit where there are none. */
  readonly head: GridHead | null;
  readonly laid: Laid | null;
  readonly metrics: readonly GridMetric[];
  readonly metric: GridMetric | undefined;
  readonly shown: Shown | null;
  readonly ranking: SpotRanking | null;
}

/** Measured on this device alone: no part of the results, which are the same whenever they are computed. */
const TIME: GridMetric = {
  id: 'ms',
  title: 'Time',
  unit: 'ms',
  summary: 'All steps of a cell on this device; of its first run, which may have compiled kernels.',
  better: 'lower',
  log: true,
  cost: true,
};

/** Metrics that any row holds, and costs that say something in any. */
function presentIn({ rows, metricMenu }: Grid, head: GridHead): readonly GridMetric[] {
  const held = new Set<string>(costsTold(rows.all()));
  for (const row of rows.all()) row.metrics.forEach((v, i) => v !== null && held.add(head.metrics[i]!));
  const timed = rows.all().some(({ index }) => rows.ms(index) !== undefined);
  return [...metricMenu.filter((m) => held.has(m.id)), ...(timed ? [TIME] : [])];
}
/** Whether a cell that ended well lacks a metric: it drew noise, say. */
function lacking(rows: readonly CellRow[], head: GridHead, id: string): boolean {
  return rows.some((row) => row.failed === null && valueIn(head, row, id) === null);
}

/** Results with the time as a metric beside the others. */
function withTime(head: GridHead, rows: readonly CellRow[], { ms }: Grid['rows']) {
  return {
    head: { ...head, metrics: [...head.metrics, TIME.id] },
    rows: rows.map((row) => ({ ...row, metrics: [...row.metrics, ms(row.index) ?? null] })),
  };
}

export function useResults(grid: Grid): Results {
  const version = useStore(grid.store, (s) => s.version);
  const ofRows = useStore(grid.store, (s) => s.head);
  const plan = useStore(grid.plan, (s) => s.head);
  const head = ofRows ?? plan;
  const { x, y, held, metric: chosen } = useStore(grid.look);
  return useMemo(() => {
    void version;
    if (!head) return { head, laid: null, metrics: [], metric: undefined, shown: null, ranking: null };
    const at = laid(head, { x, y, held });
    const metrics = presentIn(grid, head);
    const all = grid.rows.all();
    // Without a choice, one that every cell has.
    const metric =
      metrics.find((m) => m.id === chosen) ?? metrics.find((m) => !m.cost && !lacking(all, head, m.id)) ?? metrics[0];
    const of = metric === TIME ? withTime(head, all, grid.rows) : { head, rows: all };
    const shown = shownSpots(of.head, of.rows, metric?.id ?? '', at);
    const ranking = metric?.better
      ? rankSpots(shown.spots, repeatsOf(of.head, of.rows, metric.id, at), { better: metric.better, log: metric.log })
      : null;
    return { head, laid: at, metrics, metric, shown, ranking };
  }, [grid, version, head, x, y, held, chosen]);
}
