import { expect, test } from 'vitest';
import type { LanguageSource } from '../../../hub/source.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import { freshContext } from '../../../gpu/testing.ts';
import { LanguageLab } from './lab.ts';
import { nothingGiven } from '../../../hub/types.ts';
import { bundledFiles } from '../../../hub/testing.ts';

const never = new AbortController().signal;
const draft: LanguageSource = { from: 'bundled', id: 'sotu_draft' };

test('a lost device: whoever asks meanwhile gets the same new one, and the model is on it once', async () => {
  const devices: GpuContext[] = [];
  const opened: string[] = [];
  const lab = new LanguageLab(
    (source) => {
      opened.push(source.from);
      return Promise.resolve(bundledFiles(source));
    },
    async () => {
      devices.push(await freshContext());
      return devices.at(-1)!;
    },
  );
  await lab.use('target', draft, 'auto', nothingGiven, () => {}, never);
  for (const loss of [1, 2]) {
    devices.at(-1)!.destroy();
    const [a, b, session] = await Promise.all([lab.device(), lab.device(), lab.session('target', 1, 16)]);
    expect(a).toBe(devices[loss]);
    expect(b).toBe(a);
    expect([devices.length, opened.length]).toEqual([loss + 1, loss + 1]);
    expect(lab.model('target')!.on).toBe(a);
    expect(
      (
        await session.forward([{ sequence: await session.open(), tokens: [1, 2, 3] }], { want: 'last' })
      ).logits[0]![0]!.every(Number.isFinite),
    ).toBe(true);
    session.destroy();
    expect(Object.keys(lab.memory().owners)).toEqual(['target weights']);
  }
  // Lost again while the model is being brought back: the next request brings it back all the same.
  devices.at(-1)!.destroy();
  const going = lab.device();
  await expect.poll(() => devices.length).toBe(4);
  devices[3]!.destroy();
  await going.catch(() => {});
  const session = await lab.session('target', 1, 16);
  expect(lab.model('target')!.on).toBe(devices.at(-1));
  session.destroy();
  await lab.reset();
  expect(lab.ctx).toBeNull();
});
