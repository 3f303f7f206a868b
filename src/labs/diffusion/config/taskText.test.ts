import { describe, expect, test } from 'vitest';
import { TASKS } from '../../../tasks/types.ts';
import { formatPixels } from '../../../tasks/mask.ts';
import { formatExperiment, parseExperiment } from './codec.ts';
import { formatPoints } from './points.ts';
import { defaultSetup, newRow, taskModels, type TaskSetup } from './taskSetup.ts';
import { formatSetup, onOther, parseSetup } from './taskText.ts';
import { rowTitle, setupLine } from './taskWords.ts';

const read = (text: string) => {
  const { setup, refusals } = parseSetup(text);
  expect(refusals).toEqual([]);
  return setup;
};

describe('a task as text', () => {
  test.each(TASKS.flatMap((task) => taskModels.map((model) => [task, model] as const)))(
    'defaults of %s on %s are their names alone, and have rows',
    (task, model) => {
      const setup = defaultSetup(task, model);
      expect(formatSetup(setup)).toBe(`${task};${model}`);
      expect(read(`${task};${model}`)).toEqual(setup);
      expect(setup.rows.length).toBeGreaterThan(0);
      expect(setupLine(setup)).toMatch(/seed 0/);
    },
  );
  test('everything that differs goes through it', () => {
    const setup: TaskSetup = {
      ...defaultSetup('restore', 'digits_exact'),
      from: 'pad',
      samples: 5,
      seed: 7,
      source: 3,
      noise: 0.25,
      mask: 'drawn',
      hidden: 0.4,
      maskDrawn: formatPixels(Uint8Array.from({ length: 784 }, (_, i) => i % 3)),
      drawing: formatPixels(Uint8Array.from({ length: 784 }, (_, i) => i % 2)),
      rows: [newRow('resshift', 4, { kappa: 1.5 }), newRow('repaint', 9, { resamplings: 3 })],
    };
    const text = formatSetup(setup);
    expect(text).toMatch(/;m:resshift:4:kappa=1.5;m:repaint:9:resamplings=3$/);
    expect(read(text)).toEqual(setup);
    expect(parseSetup(formatSetup(setup, '1.abc')).fingerprint).toBe('1.abc');
    // And through the link, which leaves its marks readable.
    const hash = formatExperiment(parseExperiment('').experiment, null, undefined, null, text);
    expect(hash).toBe(`edit=${text}`);
    expect(parseExperiment(hash).edit).toBe(text);
    expect(parseExperiment(hash).refusals).toEqual([]);
  });
  test('drawn points', () => {
    const drawing = formatPoints([[1, -1]]);
    expect(read(formatSetup({ ...defaultSetup('edit', 'grid4'), drawing })).drawing).toBe(drawing);
  });
  test.each([
    ['dance;digits', /a task is one of/],
    ['edit;drawn', /no such model for tasks/],
    ['edit;digits;n:0', /whole number from 1 to 64/],
    ['edit;digits;src:12', /10 classes/],
    ['edit;moons;tgt:0', /0 classes/],
    ['edit;avatars;from:data', /one of model/],
    ['restore;moons;measure:pool', /one of mask/],
    ['restore;grid4;mask:centre', /one of half/],
    ['restore;digits;drawn:AA', /pixels of this model/],
    ['restore;moons;drawn:AA', /a point has no pixels/],
    ['edit;digits;m:repaint:5', /no such method for the task 'edit'/],
    ['edit;digits;m:sdedit:5:wobble=1', /no parameter 'wobble'/],
    ['edit;digits;m:sdedit:5:sigma=-1', /cannot be that/],
    ['edit;digits;m:sdedit:9999', /whole number from 1 to 200/],
    ['edit;digits;what', /means nothing here/],
    [`edit;digits${';m:sdedit:5'.repeat(7)}`, /at most 6/],
  ])('%s is refused in words and gives a task', (text, because) => {
    const { setup, refusals } = parseSetup(text);
    expect(refusals.map((r) => r.because).join()).toMatch(because);
    expect(read(formatSetup(setup))).toEqual(setup);
  });
  test('no text throws', () => {
    for (const text of [
      '',
      ';;;',
      'edit;digits;m:',
      'edit;digits;m:__proto__:1',
      'edit;digits;m:sdedit:5:constructor=1',
      '\u{1f4a5};:=',
    ])
      expect(read(formatSetup(parseSetup(text).setup)).rows.length).toBeGreaterThan(0);
  });
});

test('another model keeps what it can', () => {
  const setup: TaskSetup = { ...defaultSetup('edit', 'ring8'), seed: 9, samples: 100, source: 3 };
  expect(onOther(setup, 'edit', 'grid4')).toMatchObject({ seed: 9, samples: 100, source: 0, target: 1 });
  expect(onOther(setup, 'edit', 'digits')).toMatchObject({ seed: 9, samples: 8 });
  expect(onOther({ ...defaultSetup('edit', 'digits'), from: 'data' }, 'edit', 'avatars').from).toBe('model');
  expect(onOther(setup, 'restore', 'ring8').rows.map((r) => r.method)).toContain('resshift');
});
test('a row is titled by what it does', () => {
  expect(rowTitle(newRow('sdedit', 12, { sigma: 2 }))).toBe('SDEdit, 12 steps, noise up to σ 2, SDE (DDPM)');
  expect(rowTitle(newRow('inversion_edit', 5))).not.toMatch(/sweeps/);
});
