import { minP } from './stages/minP.ts';
import { temperature } from './stages/temperature.ts';
import { topK } from './stages/topK.ts';
import { topP } from './stages/topP.ts';
import { typicalP } from './stages/typicalP.ts';
import type { Stage } from './types.ts';

/** The registry: one line per stage. Menus, links, conformance cases and tests iterate it. */
export const stages = {
  temperature,
  top_k: topK,
  top_p: topP,
  min_p: minP,
  typical_p: typicalP,
} as const satisfies Record<string, Stage>;

export type StageId = keyof typeof stages;

/** The stage of an id, or undefined: ids of chains come from links and are not trusted. */
export const stageOf = (id: string): Stage | undefined => (Object.hasOwn(stages, id) ? (stages as Record<string, Stage>)[id] : undefined);
