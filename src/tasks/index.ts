import type { Op } from '../samplers/diffusion/types.ts';
import { img2img } from './img2img.ts';
import { infedit } from './infedit.ts';
import { inversionEdit } from './inversionEdit.ts';
import { inversionEuler } from './inversionEuler.ts';
import { inversionExact } from './inversionExact.ts';
import { inversionHeun } from './inversionHeun.ts';
import { posteriorEuler } from './posteriorEuler.ts';
import { repaint } from './repaint.ts';
import { resshift } from './resshift.ts';
import { sdedit } from './sdedit.ts';
import type { Levels, TaskId, TaskMethod, Told } from './types.ts';

/** The registry: one line per method, those of a task together. */
export const taskMethods = {
  inversion_euler: inversionEuler,
  inversion_heun: inversionHeun,
  inversion_exact: inversionExact,
  infedit,
  inversion_edit: inversionEdit,
  sdedit,
  img2img,
  repaint,
  resshift,
  posterior_euler: posteriorEuler,
} as const satisfies Record<string, TaskMethod>;

export type TaskMethodId = keyof typeof taskMethods;
export const taskMethodIds = Object.keys(taskMethods) as readonly TaskMethodId[];

/** The methods of a task. */
export const methodsOf = (task: TaskId): readonly TaskMethodId[] =>
  taskMethodIds.filter((id) => taskMethods[id].task === task);

/** The whole plan as a list. */
export const taskOps = (method: TaskMethod, levels: Levels, params: object, told: Told): Op[] => [
  ...method.plan(levels, params, told),
];
