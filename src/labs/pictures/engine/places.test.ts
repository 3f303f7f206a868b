import { describe, expect, test } from 'vitest';
import { conventionsOf } from '../../../models/diffusers/conventions.ts';
import { newPictureContender } from '../config/contender.ts';
import { diffusersRun } from './asDiffusers.ts';
import { levelsOfPlaces, placedScheduler, placesOfLevels } from './places.ts';

const bytes = (json: object) => new TextEncoder().encode(JSON.stringify(json));
const schedulerBytes = bytes({ _class_name: 'CMStochasticIterativeScheduler' });
const config = placedScheduler(schedulerBytes)!;
const listed = (sigmas: readonly number[]) => ({
  ...newPictureContender('consistency', sigmas.length - 1, 1),
  ...{ schedule: 'explicit' as const, scheduleParams: {}, sigmas },
});

describe('places of a consistency model’s levels', () => {
  test('are levels and come back, however they are written', () => {
    for (const text of ['22, 11, 0', '[22, 11, 0]', ' 22 11;0 ']) {
      const sigmas = levelsOfPlaces(text, config) as readonly number[];
      // (80^⅐ + p/39·(0.002^⅐ − 80^⅐))⁷, https://arxiv.org/abs/2206.00364, eq. 5.
      expect(sigmas).toEqual([80, expect.closeTo(14.05, 1), expect.closeTo(1.382, 2), 0]);
      expect(placesOfLevels(sigmas, config)).toEqual([22, 11, 0]);
    }
    const every = Array.from({ length: 40 }, (_, i) => 39 - i);
    expect(placesOfLevels(levelsOfPlaces(every.join(), config) as readonly number[], config)).toEqual(every);
  });
  test.each(['', '22, 11', '0, 22', '40, 0', '1.5, 0', 'x', '0, 0'])('“%s” is refused with what to write', (text) =>
    expect(levelsOfPlaces(text, config)).toBe('Write whole numbers that fall from at most 39 to 0, as 22, 0.'),
  );
  test.each([
    [[80, 5, 0], /40 levels, and σ 5 is none of them; the nearest is 5\.\d+|4\.\d+/],
    [[80, 18], /must end at 0/],
    [[18.3, 0], /none of them/],
    [[14.055, 0], /begins at its highest level, σ 80/],
  ])('levels %j have none', (sigmas, why) => expect(placesOfLevels(sigmas, config)).toMatch(why));
  test('are of schedulers that have them alone', () =>
    expect(placedScheduler(bytes({ _class_name: 'EulerDiscreteScheduler' }))).toBeNull());
});

describe('a run of listed places as diffusers makes it', () => {
  const sigmas = levelsOfPlaces('22, 0', config) as readonly number[];
  test('is the scheduler’s own of these timesteps', () => {
    expect(diffusersRun(listed(sigmas), 2, { schedulerBytes })).toEqual(conventionsOf(config, [22, 0]));
  });
  test('has one number of steps, and levels of the scheduler', () => {
    expect(() => diffusersRun(listed(sigmas), 4, { schedulerBytes })).toThrow(
      'its list of levels is of 2 steps, not 4',
    );
    expect(() => diffusersRun(listed([80, 7, 0]), 2, { schedulerBytes })).toThrow('σ 7 is none of them');
  });
});
