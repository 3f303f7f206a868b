import type { Graph } from '../../models/graph/types.ts';
import { planArenas, type ArenaPlan, type Dispatch } from './arenas.ts';
import type { Lowered } from './draft.ts';

/** Where the tensors of a run lie. */
export interface RunPlan {
  /** What is over when the run is: shared with runs that never go on at the same time. Largest buffer first. */
  readonly scratch: ArenaPlan;
  /** What depends on the text alone and is read by every run after. */
  readonly kept: ArenaPlan;
}

export const bytesOf = ({ arenas }: ArenaPlan): number => arenas.reduce((a, b) => a + b, 0);

/** Plans the memory of a lowered network. RangeError for a tensor of more than `limit` bytes. */
export function planRun(graph: Graph, { steps, bytes }: Lowered, limit: number): RunPlan {
  const outputs = new Set([...graph.outputs.values()].map(({ id }) => id));
  const touched = (once: boolean, of: (d: Dispatch) => readonly number[]) =>
    new Set(steps.filter((step) => step.once === once).flatMap(({ dispatches }) => dispatches.flatMap(of)));
  const made = touched(true, ({ writes }) => writes);
  const needed = touched(false, ({ reads, writes }) => [...reads, ...writes]);
  const kept = new Set([...made].filter((id) => needed.has(id) || outputs.has(id)));
  const dispatches = steps.flatMap((step) => step.dispatches);
  const only = (some: (id: number) => boolean) =>
    dispatches.map(({ reads, writes }) => ({ reads: reads.filter(some), writes: writes.filter(some) }));
  return {
    scratch: largestFirst(
      planArenas(
        bytes,
        only((id) => !kept.has(id)),
        outputs,
        limit,
      ),
    ),
    kept: planArenas(
      bytes,
      only((id) => kept.has(id)),
      kept,
      limit,
    ),
  };
}

/** So that the first buffers of several runs, which share them, are the largest of each. */
function largestFirst({ places, arenas }: ArenaPlan): ArenaPlan {
  const order = arenas.map((_, i) => i).sort((a, b) => arenas[b]! - arenas[a]!);
  return {
    places: new Map([...places].map(([id, { arena, offset }]) => [id, { arena: order.indexOf(arena), offset }])),
    arenas: order.map((i) => arenas[i]!),
  };
}

/** Bytes of buffers that serve each of the runs. */
export const sharedArenas = (plans: readonly RunPlan[]): readonly number[] =>
  Array.from({ length: Math.max(0, ...plans.map(({ scratch }) => scratch.arenas.length)) }, (_, i) =>
    Math.max(...plans.map(({ scratch }) => scratch.arenas[i] ?? 0)),
  );
