// Runs of the bundled model: what they tell, in which order, and what changes their numbers and what does not.
import { afterAll, describe, expect, test } from 'vitest';
import { nodeContext } from '../../../gpu/testing.ts';
import { newPictureContender } from '../config/contender.ts';
import type { PictureContender } from '../config/experiment.ts';
import { startingNoise } from '../../../engine/pipeline/noise.ts';
import { decodeSteps, type DecodedPicture } from './decode.ts';
import { benchOf, dpm, euler, experiment, never, of, pixelsOf, ran } from './testing.ts';
import { picturePlan } from './plan.ts';
import { startLatents, planes } from './start.ts';

const ctx = await nodeContext();
const { bench, files, free } = await benchOf();
afterAll(free);

const first = await ran(bench, experiment());

describe('a run', () => {
  test('tells texts, then of each contender its steps, its pictures and its cost', () => {
    const { events } = first;
    const kinds = events.map((event) => ('contender' in event ? `${event.kind} ${event.contender}` : event.kind));
    const contender = (i: number, steps: number) => [
      `status ${i}`,
      ...Array.from({ length: steps + 1 }, () => `frame ${i}`),
      `status ${i}`,
      `picture ${i}`,
      `picture ${i}`,
      `result ${i}`,
    ];
    expect(kinds).toEqual(['status', 'texts', ...contender(0, 3), ...contender(1, 2)]);
    const frames = of(events, 'frame').filter((f) => f.contender === 0);
    expect(frames.map((f) => [f.step, f.steps])).toEqual([0, 1, 2, 3].map((step) => [step, 3]));
    expect(frames.map((f) => f.sigma)).toEqual(frames.map((f) => f.sigma).toSorted((a, b) => b - a));
    expect(frames[0]!.tiles).toMatchObject({ columns: 2 });
    expect(of(events, 'picture').map((p) => p.sample)).toEqual([0, 1, 0, 1]);
    for (const { pixels } of of(events, 'picture')) expect([pixels.width, pixels.height]).toEqual([64, 64]);
    const [texts] = of(events, 'texts');
    expect(texts!.prompt!.tokens).toBeGreaterThan(3);
    expect(texts!.prompt!.cut).toBe('');
    expect(texts!.previewFit).toBeGreaterThan(0.5);
    expect(of(events, 'result').map((r) => [r.cost.nfe, r.cost.passes, r.stochastic])).toEqual([
      [3, 3, false],
      [2, 2, false],
    ]);
  });

  test('tells of every step what the autoencoder makes the picture of: of the last one, the finished picture', async () => {
    const frames = of(first.events, 'frame').filter((f) => f.contender === 0);
    const made: DecodedPicture[] = [];
    const steps = [frames[1]!, frames[3]!].map(({ latents }) => latents!);
    await decodeSteps(bench, experiment(), steps, (picture) => made.push(picture), never);
    expect(made.map(({ at, sample }) => [at, sample])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const bytes = (at: number) => made.filter((m) => m.at === at).flatMap(({ pixels }) => [...pixels.rgba]);
    expect(bytes(1)).toEqual(pixelsOf(first.events, 0));
    expect(bytes(0)).not.toEqual(bytes(1));
    const stop = new AbortController();
    const going = decodeSteps(bench, experiment(), steps, () => stop.abort(), stop.signal);
    await expect(going).rejects.toMatchObject({ name: 'Cancelled' });
  });

  test('reproduces: bit for bit on this device, and by its record; another seed does not', async () => {
    const again = await ran(bench, experiment(), { fingerprint: first.fingerprint });
    expect(again.fingerprint).toBe(first.fingerprint);
    expect(again.reproduction).toMatchObject({ verdict: 'reproduced' });
    expect(pixelsOf(again.events, 0)).toEqual(pixelsOf(first.events, 0));
    const other = await ran(bench, experiment({ seed: 1 }), { fingerprint: first.fingerprint });
    expect(other.reproduction).toMatchObject({ verdict: 'differs', contender: 0, step: 1 });
  });

  test('a picture is the same alone and among others, as its noise is keyed', async () => {
    const alone = await ran(bench, experiment({ count: 1 }));
    const among = pixelsOf(first.events, 0);
    const one = pixelsOf(alone.events, 0);
    expect(one).toHaveLength(among.length / 2);
    // Samples pass through other kernels together than alone: a level of 255 at most.
    for (const [i, v] of one.entries()) expect(Math.abs(v - among[i]!)).toBeLessThanOrEqual(1);
  });

  test('is cut short inside a step: what was submitted is waited for, and nothing more is', async () => {
    const stop = new AbortController();
    const submit = ctx.submit.bind(ctx);
    let submits = 0;
    let after = 0;
    ctx.submit = (buffer) => {
      if (stop.signal.aborted) after++;
      if (++submits === 6) stop.abort();
      submit(buffer);
    };
    const frames: number[] = [];
    try {
      const run = ran(bench, experiment({ contenders: [euler(20)] }), {
        signal: stop.signal,
        onEvent: (event) => void (event.kind === 'frame' && frames.push(event.step)),
      });
      await expect(run).rejects.toMatchObject({ name: 'Cancelled' });
    } finally {
      ctx.submit = submit;
    }
    // The sixth submit is a part of the first evaluation: no step was finished.
    expect(after).toBe(0);
    expect(frames.every((step) => step === 0)).toBe(true);
    expect((await ran(bench, experiment())).fingerprint).toBe(first.fingerprint);
  });
});

describe('a contender that fails by itself', () => {
  const list = (sampler: PictureContender['sampler'], sigmas: readonly number[]): PictureContender => ({
    ...newPictureContender(sampler, sigmas.length - 1, 1),
    schedule: 'explicit',
    scheduleParams: {},
    sigmas,
  });
  test('is left out with the reason, and the others run as they do without it', async () => {
    const contenders = [
      list('dpmpp_2m', [10, 10, 1, 0]),
      euler(3),
      // Within float32, and beyond it once the noise is drawn.
      list('euler', [3.3e38, 1, 0]),
      newPictureContender('heun', 2, 1),
    ];
    const { events, fingerprint } = await ran(bench, experiment({ contenders, conventions: 'exact' }));
    expect(of(events, 'dropped').map((d) => [d.contender, d.because])).toEqual([
      [0, expect.stringMatching(/^its plan of 3 steps holds the coefficient -?(NaN|Infinity) at step 2$/)],
      [2, expect.stringMatching(/^Noise of the size of σ 3\.3e\+38, from which the run starts, does not fit/)],
    ]);
    expect(of(events, 'result').map((r) => r.contender)).toEqual([1, 3]);
    expect(pixelsOf(events, 1)).toEqual(pixelsOf(first.events, 0));
    // Nothing is recorded of those that have no picture.
    expect(fingerprint.split('.').map((part) => part.length > 0)).toEqual([true, false, true, false, true]);
    const again = await ran(bench, experiment({ contenders }), { fingerprint });
    expect(again.reproduction).toMatchObject({ verdict: 'reproduced' });
  });
  test('after some steps leaves no record of them: whoever opens the link compares the others alone', async () => {
    const contenders = [euler(3), dpm(2)];
    const { events, fingerprint } = await ran(bench, experiment({ contenders }), {
      onEvent(event) {
        if (event.kind === 'frame' && event.contender === 0 && event.step === 2) throw new Error('it cannot be shown');
      },
    });
    expect(of(events, 'dropped')).toEqual([{ kind: 'dropped', contender: 0, because: 'it cannot be shown', hint: '' }]);
    // Nothing is told of it afterwards.
    expect(
      of(events, 'frame')
        .filter((f) => f.contender === 0)
        .map((f) => f.step),
    ).toEqual([0, 1, 2]);
    expect(pixelsOf(events, 1)).toEqual(pixelsOf(first.events, 1));
    expect(fingerprint).toBe(`1..${first.fingerprint.split('.')[2]!}`);
  });
  test('as diffusers, where there is no such scheduler', async () => {
    const contenders = [newPictureContender('heun', 2, 1), newPictureContender('ddim', 2, 1, 'uniform')];
    const { events } = await ran(bench, experiment({ contenders, conventions: 'diffusers' }));
    expect(of(events, 'dropped').map((d) => d.because)).toEqual([
      'This contender cannot be run as diffusers would: no scheduler of diffusers was compared with Heun.',
    ]);
    expect(of(events, 'result').map((r) => r.contender)).toEqual([1]);
  });
});

describe('noise of torch', () => {
  test('is the start that torch.Generator gives, and each drawing on the way the next', async () => {
    const lcm = newPictureContender('lcm', 3, 1, 'uniform');
    const e = experiment({ noise: 'torch-cpu', seed: 5, contenders: [lcm, euler(2)] });
    const { events, fingerprint } = await ran(bench, e);
    // The same, handed to the problem by hand.
    const { problem } = await bench.prepare(e, { copies: 'one', givenRegisters: 3 }, never);
    const [channels, height, width] = problem.shape;
    const draw = (k: number) =>
      Float32Array.from(
        startingNoise('torch-cpu', 5, { pictures: 2, channels, height, width }, { draw: k, perPicture: false }),
      );
    const plan = picturePlan(lcm, bench.planFor, { conventions: 'exact' });
    const { x } = await problem.run({
      plan,
      seed: 99,
      given: { noise: draw(0), onTheWay: (k) => draw(k + 1), picture: null },
      signal: never,
    });
    const decoder = await bench.decoder({ width: 64, height: 64 }, never);
    const pictures: number[] = [];
    await decoder.decode(x, (_, picture) => void pictures.push(...picture));
    const shown = pixelsOf(events, 0);
    const plane = 64 * 64;
    const levels = Array.from({ length: 3 * plane }, (_, i) => Math.max(0, Math.min(255, 127.5 * (pictures[i]! + 1))));
    const off = levels.map((v, i) => Math.abs(shown[4 * (i % plane) + Math.floor(i / plane)]! - v));
    expect(Math.max(...off)).toBeLessThanOrEqual(1);
    const each = await ran(bench, { ...e, perPicture: true }, { fingerprint });
    // The first picture's start is the same; the second's is a generator's of its own.
    expect(each.reproduction).toMatchObject({ verdict: 'differs', contender: 0 });
    expect((await ran(bench, { ...e, noise: 'ours' }, { fingerprint })).reproduction).toMatchObject({
      verdict: 'differs',
    });
  });
});

describe('from a picture', () => {
  test('with little noise it comes back nearly as it was, for every sample', async () => {
    const made = await ran(bench, experiment({ contenders: [dpm(8, 3)] }));
    const given = of(made.events, 'picture')[0]!;
    const e = experiment({
      contenders: [euler(2, 1)],
      start: { name: 'a.png', sha256: 'ab', sigma: 0.05 },
    });
    const start = await startLatents(bench, e, given.pixels, never);
    const { events } = await ran(bench, e, { start });
    expect(of(events, 'frame')[0]!.sigma).toBe(0.05);
    const want = planes(given.pixels);
    const off = (pixels: typeof given.pixels) => {
      const got = planes(pixels);
      return Math.sqrt(want.reduce((sum, v, i) => sum + (got[i]! - v) ** 2, 0) / want.length);
    };
    const near = of(events, 'picture').map(({ pixels }) => off(pixels));
    expect(near).toHaveLength(2);
    for (const distance of near) expect(distance).toBeLessThan(0.06);
    // Much noise leaves little of it.
    const far = await ran(bench, { ...e, start: { ...e.start!, sigma: 10 } }, { start });
    for (const { pixels } of of(far.events, 'picture')) expect(off(pixels)).toBeGreaterThan(3 * near[0]!);
  });
  test('that is not here: the sentence says what to do', async () => {
    const e = experiment({ start: { name: 'a.png', sha256: 'ab', sigma: 1 } });
    await expect(startLatents(bench, e, null, never)).rejects.toThrow(
      'This experiment starts from the picture “a.png”, which is not here.',
    );
  });
});

describe('guidance', () => {
  test('of 1 costs half the passes, and an interval only what lies inside', async () => {
    const between: PictureContender = { ...euler(4, 3), guideAbove: 0.5, guideUpTo: 5 };
    const e = experiment({ count: 1, contenders: [euler(4, 3), euler(4, 1), between] });
    const { events } = await ran(bench, e);
    const levels = picturePlan(euler(4), bench.planFor, { conventions: 'exact' }).sigmas.slice(0, 4);
    const inside = levels.filter((sigma) => sigma > 0.5 && sigma <= 5).length;
    expect(inside).toBeGreaterThan(0);
    expect(inside).toBeLessThan(4);
    expect(of(events, 'result').map((r) => r.cost.passes)).toEqual([8, 4, 4 + inside]);
    expect(of(events, 'dropped')).toEqual([]);
    expect(pixelsOf(events, 2)).not.toEqual(pixelsOf(events, 1));
    expect(pixelsOf(events, 2)).not.toEqual(pixelsOf(events, 0));
  });
});

test('another size reads of the network only what depends on it', async () => {
  await ran(bench, experiment());
  const before = files.got.store;
  const uploads = ctx.buffers.bytesByOwner().get('network');
  const { events } = await ran(bench, experiment({ width: 48, height: 32, count: 1, contenders: [euler(1)] }));
  expect(of(events, 'picture').map(({ pixels }) => [pixels.width, pixels.height])).toEqual([[48, 32]]);
  // Its embedding of the time, and the decoder.
  expect(files.got.store - before).toBeLessThan(2_500_000);
  expect(ctx.buffers.bytesByOwner().get('network')).toBe(uploads);
  expect((await ran(bench, experiment())).fingerprint).toBe(first.fingerprint);
});

test('another prompt, count or seed reads no weights of the network again, and the prompt is told', async () => {
  await ran(bench, experiment());
  const before = files.got.store;
  await ran(bench, experiment({ seed: 3 }));
  expect(files.got.store).toBe(before);
  const other = await ran(bench, experiment({ prompt: 'a face with a big smile' }), {
    fingerprint: first.fingerprint,
  });
  expect(other.reproduction).toMatchObject({ verdict: 'differs', contender: 0 });
  // The encoder is read again, which holds a megabyte; the network holds eight.
  const encoded = files.got.store;
  expect(encoded - before).toBeLessThan(1_100_000);
  await ran(bench, experiment({ count: 1 }));
  expect(files.got.store).toBe(encoded);
  // The first prompt is known, and told again.
  const back = await ran(bench, experiment(), { fingerprint: first.fingerprint });
  expect(back.reproduction).toMatchObject({ verdict: 'reproduced' });
  expect(files.got.store).toBe(encoded);
});
