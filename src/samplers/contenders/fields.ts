import { numberField } from '../../core/field.ts';

export const MAX_CONTENDERS = 8;
export const MAX_STEPS = 1000;

export const stepsField = numberField({
  label: 'Steps',
  help: 'How many steps the sampler takes from pure noise to a sample.',
  default: 10,
  min: 1,
  max: MAX_STEPS,
  integer: true,
  log: true,
});
