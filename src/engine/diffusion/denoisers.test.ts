import { expect, it } from 'vitest';
import { FormatError } from '../../formats/error.ts';
import { modelCard } from '../../models/index.ts';
import { createCpuBackend } from './cpuBackend.ts';
import type { LoadWeights, ProblemKey } from './problem.ts';
import { diskWeights, never } from './testing.ts';

const key = (id: 'digits' | 'ring8', learned = false): ProblemKey => ({
  card: modelCard(id),
  learned,
  points: [],
  samples: 1,
  guidance: 1,
  label: 0,
  kernels: {},
});
/** Every folder holds what one of them holds: a model put in the wrong place. */
const misplaced =
  (asked: string, found: string): LoadWeights =>
  (folder, ...rest) =>
    diskWeights(folder === asked ? found : folder, ...rest);

it.each([
  ['digits', 'avatars', '"avatars" is a dit; a model of samples of 784 numbers, not 3072, is needed here'],
  ['digits', 'digits-features', '"digits-features" is a patchnet; a denoiser is needed here'],
  ['digits-features', 'mlp2d', '"mlp2d" is a mlp2d; a model of samples of 784 numbers, not 2, is needed here'],
  ['digits-features', 'digits-set', '"digits-set" is a dataset; a feature net is needed here'],
])('folder %s with the model of %s is refused', async (asked, found, message) => {
  const preparing = createCpuBackend(misplaced(asked, found)).prepare(key('digits'), never);
  await expect(preparing).rejects.toThrow(message);
  await expect(preparing).rejects.toThrow(FormatError);
});

it('a plane model refuses an image model in its folder', async () => {
  const preparing = createCpuBackend(misplaced('mlp2d', 'digits')).prepare(key('ring8', true), never);
  await expect(preparing).rejects.toThrow('"digits" is a dit; a model of samples of 2 numbers, not 784, is needed');
});
