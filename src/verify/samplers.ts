// Samplers and schedules: in float64 against golden values and second definitions, then the same plans on this GPU.
import type { Planned } from './types.ts';
import { definitionCases } from './samplers/definitions.ts';
import { goldenCases } from './samplers/golden.ts';
import { gpuCases, type OnGpu } from './samplers/onGpu.ts';
import { randomCases } from './samplers/random.ts';
import { tableauCases } from './samplers/tableaus.ts';
import { scheduleCases } from './samplers/schedules.ts';
import { varianceCases } from './samplers/variance.ts';

export const plan = (env: OnGpu): Planned => ({
  cases: [
    ...goldenCases(),
    ...definitionCases(),
    ...tableauCases(),
    ...varianceCases(),
    ...scheduleCases(),
    ...randomCases(),
    ...gpuCases(env),
  ],
});
