// Own noise levels: whatever is done to a list, in whatever order, it falls, and its own link gives it back.
import { describe, expect, test } from 'vitest';
import { checkSigmas } from '../../../schedules/explicit.ts';
import { schedules, type ScheduleId } from '../../../schedules/index.ts';
import { philox4x32 } from '../../../math/philox.ts';
import { formatExperiment, parseExperiment } from './codec.ts';
import { contenderSigmas, newContender } from './contender.ts';
import { defaultExperiment } from './defaults.ts';
import { dropLevel, levelsText, moveLevel, parseLevels, splitLevel } from '../../../samplers/contenders/levelEdits.ts';
import { resampleLevels, tidyLevels } from '../../../samplers/contenders/levels.ts';

/** A list as the experiment holds it, through a link and back; the sentence if the link refuses it. */
function byLink(sigmas: readonly number[]): readonly number[] | string {
  const own = {
    ...newContender('euler', sigmas.length - 1),
    schedule: 'explicit' as const,
    scheduleParams: {},
    sigmas,
  };
  const { experiment, refusals } = parseExperiment(formatExperiment({ ...defaultExperiment(), contenders: [own] }));
  return refusals[0]?.because ?? experiment.contenders[0]!.sigmas;
}

describe('any sequence of edits', () => {
  const starts: readonly (readonly number[])[] = [
    [5, 0],
    [1e-6, 0],
    [999999.9, 1e-6, 0],
    [5000, 3000, 1, 0],
    [2, 2 - 1e-15, 1],
    [20, 19.9, 19.8, 0.3],
    ...(['karras', 'linear_quadratic', 'beta_time', 'flow_shift'] as const satisfies ScheduleId[]).map((id) =>
      contenderSigmas(newContender('euler', 20, id), 'grid4'),
    ),
    Array.from({ length: 1001 }, (_, i) => 1000 - i),
  ];
  test.each(starts.map((list, k) => [list.slice(0, 4).join(' '), list, k] as const))('%s …', (_, start, k) => {
    let list = tidyLevels(start);
    let counter = 0;
    const draw = () => philox4x32(counter++, k, 0, 0, 10, 3, new Uint32Array(4))[0]! / 2 ** 32;
    const refused: string[] = [];
    for (let edit = 0; edit < 400; edit++) {
      const i = Math.floor(draw() * list.length * (draw() < 0.5 ? 0.1 : 1));
      const kind = Math.floor(draw() * 8);
      const target = 10 ** (draw() * 20 - 10);
      const made = [
        () => moveLevel(list, i, target),
        () => moveLevel(list, i, list[i]! * 1.05),
        () => moveLevel(list, i, list[i]! / 1.05),
        () => splitLevel(list, i),
        () => splitLevel(list, i),
        () => dropLevel(list, i),
        () => (draw() < 0.1 ? tidyLevels(resampleLevels(list, 1 + Math.floor(draw() * 60), 0.002)) : list),
        () => parseLevels(levelsText(list)),
      ][kind]!();
      if (typeof made === 'string') refused.push(made);
      else list = made;
      expect(checkSigmas(list)).toBeUndefined();
      if (edit % 20 === 0) expect(byLink(list)).toEqual(list);
      if (edit % 20 === 10) expect(parseLevels(levelsText(list))).toEqual(list);
    }
    for (const sentence of refused) expect(sentence).toMatch(/^(There is no room|At most 1001 noise levels)/);
  });
});

describe('cases that were wrong', () => {
  test('a list of one level at other numbers of steps: no level twice', () => {
    expect(resampleLevels([5, 0], 4, 0.02)).toEqual([
      5,
      expect.closeTo(5 * (0.02 / 5) ** (1 / 3), 12),
      expect.closeTo(5 * (0.02 / 5) ** (2 / 3), 12),
      0.02,
      0,
    ]);
  });
  test('an arrow key between two levels that are close', () => {
    const list = contenderSigmas(newContender('euler', 20, 'linear_quadratic'), 'grid4');
    for (const factor of [1.05, 1 / 1.05]) {
      const moved = moveLevel(list, 1, list[1]! * factor) as number[];
      expect(moved[0]! > moved[1]! && moved[1]! > moved[2]!).toBe(true);
      expect(Math.sign(moved[1]! - list[1]!)).toBe(Math.sign(factor - 1));
    }
  });
  test('fourteen splits of the first level, and on until there is no room', () => {
    let list: readonly number[] = [10, 5, 0];
    for (let k = 0; k < 14; k++) list = splitLevel(list, 0) as number[];
    expect([list.length, checkSigmas(list), byLink(list)]).toEqual([17, undefined, list]);
    let made: readonly number[] | string = list;
    for (let k = 0; k < 60 && typeof made !== 'string'; k++) made = splitLevel((list = made), 0);
    expect(made).toBe('There is no room below level 1, which is 10.');
    expect(list[0]! / list[1]!).toBeGreaterThan(1);
  });
  test('the first of [5000, 3000, 1, 0] moves up, as far as a link takes it', () => {
    expect(moveLevel([5000, 3000, 1, 0], 0, 5250)).toEqual([5250, 3000, 1, 0]);
    expect(moveLevel([5000, 3000, 1, 0], 0, 1e9)).toEqual([999900, 3000, 1, 0]);
  });
  test.each([
    ['1e-8 0', 'Level 1 is 1e-8; a noise level above 0 must be at least 1e-6.'],
    ['50000 1 0', [50000, 1, 0]],
    ['1000000 0', 'Level 1 is 1000000; noise levels must be below 1e6.'],
    ['2 2 0', 'Level 2 is 2; every level must be lower than the one before (2).'],
    ['5', 'At least two noise levels are needed.'],
    ['', 'At least two noise levels are needed.'],
  ])('typed %j is what the link says of it', (text, want) => {
    expect(parseLevels(text)).toEqual(want);
    if (typeof want !== 'string') expect(byLink(want)).toEqual(want);
    else if (text.includes(' ')) expect(byLink(text.split(' ').map(Number))).toBe(want);
  });
  test('every list of every schedule is taken as one’s own in a few digits, from 1 to 1000 steps', () => {
    for (const id of Object.keys(schedules) as ScheduleId[])
      for (const steps of [1, 2, 10, 300, 1000]) {
        const list = tidyLevels(contenderSigmas(newContender('euler', steps, id), 'ring8'));
        expect([checkSigmas(list), list.length], `${id} ${steps}`).toEqual([undefined, steps + 1]);
        if (steps <= 10) expect(Math.max(...list.map((s) => String(s).length)), id).toBeLessThanOrEqual(10);
        expect(byLink(list)).toEqual(list);
      }
  });
});

describe('single edits', () => {
  test('a level moves to where it is put, between its neighbours', () => {
    expect(moveLevel([16, 4, 1, 0], 1, 3.14159)).toEqual([16, 3.142, 1, 0]);
    expect(moveLevel([16, 4, 1, 0], 1, 100)).toEqual([16, 15.92, 1, 0]);
    expect(moveLevel([16, 4, 1, 0], 2, 1e-12)).toEqual([16, 4, 1e-6, 0]);
    expect(moveLevel([16, 4, 1], 2, 1e-12)).toEqual([16, 4, 1e-6]);
    for (const [i, sigma] of [
      [3, 1],
      [1, NaN],
      [1, 0],
      [9, 1],
    ] as const)
      expect(moveLevel([16, 4, 1, 0], i, sigma)).toEqual([16, 4, 1, 0]);
  });
  test('a split: half-way, half towards 0, a quarter past the end', () => {
    expect(splitLevel([16, 1, 0], 0)).toEqual([16, 4, 1, 0]);
    expect(splitLevel([16, 1, 0], 1)).toEqual([16, 1, 0.5, 0]);
    expect(splitLevel([16, 1], 1)).toEqual([16, 1, 0.25]);
    expect(splitLevel([16, 1, 0], 2)).toEqual([16, 1, 0]);
    expect(splitLevel([16, 1e-6, 0], 1)).toBe('There is no room below level 2, which is 0.000001.');
    expect(
      splitLevel(
        Array.from({ length: 1001 }, (_, i) => 1001 - i),
        0,
      ),
    ).toContain('At most 1001');
  });
  test('removing leaves a step, and the end at 0', () => {
    expect(dropLevel([16, 1, 0], 1)).toEqual([16, 0]);
    expect(dropLevel([16, 0], 0)).toEqual([16, 0]);
    expect(dropLevel([16, 1, 0], 2)).toEqual([16, 1, 0]);
  });
});

describe('lists as programs print them', () => {
  const want = [14.6146, 6.4745, 2.697, 0.8861, 0];
  test.each([
    '[14.6146, 6.4745, 2.697, 0.8861, 0.0]',
    'tensor([14.6146,  6.4745,  2.6970,  0.8861,  0.0000])',
    "sigmas = torch.tensor([14.6146,  6.4745,  2.6970,\n         0.8861,  0.0000], device='cuda:0', dtype=torch.float64)",
    'array([14.6146,  6.4745,  2.697 ,  0.8861,  0.    ], dtype=float32)',
    '[14.6146  6.4745  2.697   0.8861  0.    ]',
    'tensor([1.46146e+01, 6.4745e+00, 2.6970e+00, 8.8610e-01, 0.0000e+00], grad_fn=<CopyBackwards>)',
    '14.6146,\n6.4745,\n2.697,\n0.8861,\n0,\n',
    '[14.6146, 6.4745, 2.697, 0.8861, 0.0,]',
    'Sigmas: 14.6146\n6.4745\n2.697\n0.8861\n0\n',
    '14.6146_6.4745_2.697_0.8861_0',
    '14.6146 → 6.4745 → 2.697 → 0.8861 → 0',
  ])('%s', (text) => expect(parseLevels(text)).toEqual(want));
  test.each([
    ['20 five 0', '“five” is not a number.'],
    ['0x10 1 0', '“0x10” is not a number.'],
    ['Infinity 1 0', '“Infinity” is not a number.'],
    ['nan, 1', '“nan” is not a number.'],
    ['tensor([80.0, ..., 0.0])', 'The list is shortened with “…”'],
    ['[14.6146, , 2.697, 0]', 'Level 2 is empty'],
    ['14.6;6.4;\n;0', 'Level 3 is empty'],
    [', 6.4, 0', 'Level 1 is empty'],
    ['3 -1', 'Level 2 is -1; noise levels cannot be negative.'],
  ])('%s is refused', (text, sentence) => expect(parseLevels(text)).toContain(sentence));
});
