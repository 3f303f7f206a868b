// One sampler verified by itself, and what becomes of it: what the labs' "Verify it here" does.
import { expect, test } from 'vitest';
import { loadVerified } from '../engine/tuning/verified.ts';
import { nodeContext } from '../gpu/testing.ts';
import { answerVerified } from './answer.ts';

const ctx = await nodeContext();
const never = new AbortController().signal;

test('a sampler is verified on this device, and that is kept; nothing is left on the device', async () => {
  const before = ctx.buffers.liveBytes;
  expect((await answerVerified(ctx, null, never))!.samplers).toEqual({});
  for (const id of ['dpmpp_2m_sde', 'res_5s'] as const) {
    const { [id]: verdict } = (await answerVerified(ctx, id, never))!.samplers;
    expect(verdict).toMatchObject({ pass: true, fault: '' });
    expect(verdict!.error).toBeGreaterThan(0);
    expect(verdict!.error).toBeLessThan(verdict!.allowed!);
  }
  const kept = await loadVerified(ctx.info);
  expect(Object.keys(kept.samplers)).toEqual(['dpmpp_2m_sde', 'res_5s']);
  // Golden values, variances and the device: more than one check where there is more than one.
  expect(kept.samplers['dpmpp_2m_sde']!.cases).toBeGreaterThan(2);
  expect(ctx.buffers.liveBytes).toBe(before);
});

test('no device, no verdicts; a cancelled check keeps nothing', async () => {
  expect(await answerVerified(null, 'euler', never)).toBeNull();
  const stopped = AbortSignal.abort();
  await expect(answerVerified(ctx, 'heun', stopped)).rejects.toMatchObject({ name: 'Cancelled' });
  expect((await loadVerified(ctx.info)).samplers).not.toHaveProperty('heun');
});
