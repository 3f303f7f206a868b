import { beforeEach, describe, expect, test } from 'vitest';
import { newPictureContender } from '../config/contender.ts';
import { defaultContenders, defaultPictures } from '../config/defaults.ts';
import type { PicturesExperiment } from '../config/experiment.ts';
import { openingOf } from '../config/model.ts';
import { onModel } from './experimentStore.ts';
import { frames, shownOf, type StepFrame } from './frames.ts';

const hub = (repo: string) => ({ from: 'hub', repo, revision: 'main', file: null }) as const;
const turbo = hub('stabilityai/sd-turbo');
const lcm = hub('SimianLuo/LCM_Dreamshaper_v7');

describe('another model', () => {
  test('takes along what was chosen, and its own defaults for what was not', () => {
    const e = defaultPictures();
    const next = onModel(e, turbo);
    const { prompt, count, reference, budgets } = openingOf(turbo);
    expect(next).toMatchObject({ model: turbo, prompt, count, reference, budgets });
    expect(next.contenders).toEqual(defaultContenders(turbo));
    const mine: PicturesExperiment = {
      ...e,
      prompt: 'a red hat',
      count: 7,
      seed: 5,
      contenders: [newPictureContender('heun', 3, 2)],
      budgets: [3, 9],
    };
    expect(onModel(mine, turbo)).toMatchObject({
      prompt: 'a red hat',
      count: 7,
      seed: 5,
      contenders: mine.contenders,
      budgets: [3, 9],
    });
  });
  test('sizes, classes and a start picture are the old one’s', () => {
    const e: PicturesExperiment = {
      ...defaultPictures(),
      width: 96,
      height: 64,
      label: 3,
      start: { name: 'a.png', sha256: 'abcdef01', sigma: 2 },
    };
    expect(onModel(e, lcm)).toMatchObject({ width: 0, height: 0, label: -1, start: null });
  });
  test('guidance that was set is a choice: the contenders stay', () => {
    const e = defaultPictures();
    const guided = { ...e, contenders: e.contenders.map((c) => ({ ...c, guidance: 4 })) };
    expect(onModel(guided, turbo).contenders).toBe(guided.contenders);
  });
});

const pixels = (byte: number, side = 2) => ({
  rgba: new Uint8ClampedArray(4 * side * side).fill(byte),
  width: side,
  height: side,
});
const frame = (step: number, side = 2): StepFrame => ({
  step,
  sigma: 10 - step,
  ms: step,
  tiles: { ...pixels(step, side), columns: 1 },
  latents: null,
});

describe('what was seen of runs', () => {
  beforeEach(() => frames.clear());
  test('the steps of a run in order; the first one of a newer run replaces the older', () => {
    for (const step of [0, 1, 2]) frames.push(1, 4, 3, frame(step));
    frames.picture(1, 4, 1, pixels(9));
    expect(frames.get(4)!.frames.map((f) => f.step)).toEqual([0, 1, 2]);
    expect(frames.get(4)!.pictures[1]).toEqual(pixels(9));
    // Played again after a loss, a step takes the place of itself.
    frames.push(1, 4, 3, frame(1));
    expect(frames.get(4)!.frames.map((f) => f.step)).toEqual([0, 1, 2]);
    frames.push(2, 4, 5, frame(0));
    expect(frames.get(4)).toMatchObject({ run: 2, steps: 5, pictures: [] });
    expect(frames.get(4)!.frames).toHaveLength(1);
  });
  test('a picture of an older run is not shown', () => {
    frames.push(2, 0, 3, frame(0));
    frames.picture(1, 0, 0, pixels(9));
    expect(frames.get(0)!.pictures).toEqual([]);
    frames.picture(2, 3, 0, pixels(9));
    expect(frames.get(3)).toBeUndefined();
  });
  test('slots that are gone are forgotten, and listeners told of every change', () => {
    let told = 0;
    const stop = frames.subscribe(() => told++);
    const before = frames.version();
    frames.push(1, 0, 3, frame(0));
    frames.push(1, 1, 3, frame(0));
    frames.keep([1]);
    expect([frames.get(0), frames.get(1) !== undefined]).toEqual([undefined, true]);
    expect([told, frames.version() - before]).toEqual([3, 3]);
    stop();
    frames.clear();
    expect(told).toBe(3);
  });
  test('96 MiB of steps are kept, latents included; then every other one goes, first and last stay', () => {
    // 4 MiB of tiles and 8 of latents each.
    const latents = new Float32Array(2 ** 21);
    for (let step = 0; step < 8; step++) frames.push(1, 0, 20, { ...frame(step, 1024), latents });
    expect(frames.get(0)!.frames).toHaveLength(8);
    frames.push(1, 0, 20, { ...frame(8, 1024), latents });
    expect(frames.get(0)!.frames.map((f) => f.step)).toEqual([0, 2, 4, 6, 8]);
  });
});

describe('what is shown of a contender', () => {
  const track = { run: 1, steps: 4, frames: [0, 1, 3, 4].map((step) => frame(step)), pictures: [] };
  const finished = { ...track, pictures: [undefined, pixels(7)] };
  test('the newest step, then the pictures', () => {
    expect(shownOf(undefined, null)).toBeNull();
    expect(shownOf({ ...track, frames: [] }, null)).toBeNull();
    expect(shownOf(track, null)).toMatchObject({ kind: 'step', frame: { step: 4 }, steps: 4 });
    expect(shownOf(finished, null)).toMatchObject({ kind: 'pictures', frame: { step: 4 } });
    expect(shownOf(finished, 1)).toMatchObject({ kind: 'pictures' });
  });
  test('at a share of the run, the step at or before it', () => {
    const step = (position: number) => {
      const shown = shownOf(finished, position);
      return shown?.kind === 'step' ? shown.frame.step : null;
    };
    expect([0, 0.25, 0.5, 0.74, 0.75, 0.99].map(step)).toEqual([0, 1, 1, 1, 3, 3]);
    // A third of three steps is one, though 3·(1/3) may come out below.
    expect(shownOf({ ...track, steps: 3 }, 1 / 3)).toMatchObject({ frame: { step: 1 } });
  });
});
