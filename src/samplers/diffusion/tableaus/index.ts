import { exponentialSamplers } from './exponential.ts';
import { lawsonSamplers } from './lawson.ts';
import { multistepSamplers } from './multistep.ts';
import { highOrderSamplers } from './rungeKuttaHigh.ts';
import { lowOrderSamplers } from './rungeKuttaLow.ts';

/** Every sampler whose method is data. */
export const tableauSamplers = {
  ...exponentialSamplers,
  ...multistepSamplers,
  ...lowOrderSamplers,
  ...highOrderSamplers,
  ...lawsonSamplers,
} as const;

export type TableauId = keyof typeof tableauSamplers;
export { methods } from './sampler.ts';
