import { describe, expect, test } from 'vitest';
import { formatContender } from '../../../samplers/contenders/text.ts';
import { parseExperiment } from './codec.ts';
import { flowNfe } from '../../../samplers/likelihood/cost.ts';
import { gridMetrics } from './gridMetrics.ts';
import { cellNfe, cellRun, flowOf, gridFields, isGridField, type CellRun } from './gridAxes.ts';

const base = (hash: string): CellRun => {
  const { experiment } = parseExperiment(hash);
  return { experiment, contender: experiment.contenders[0]! };
};
const plain = base('model=grid4&n=64&seed=3&c=dpmpp_2m:karras:10&c=heun:karras:5');
const made = (values: Record<string, string>, from = plain) => {
  const cell = cellRun(from, values);
  if ('refused' in cell) throw new Error(cell.refused);
  return cell;
};
const refused = (values: Record<string, string>, from = plain) => {
  const cell = cellRun(from, values);
  return 'refused' in cell ? cell.refused : undefined;
};

describe('a cell', () => {
  test('has one contender, the first, and whatever no axis sets as it was', () => {
    const cell = made({});
    expect(cell.experiment).toEqual({ ...plain.experiment, contenders: [plain.contender] });
  });
  test.each<[Record<string, string>, string]>([
    [{ steps: '7' }, 'dpmpp_2m:karras:7'],
    [{ sampler: 'euler' }, 'euler:karras:10'],
    [{ sampler: 'dpmpp_sde(eta=0.5)', steps: '4' }, 'dpmpp_sde(eta=0.5):karras:4'],
    [{ schedule: 'karras(rho=5)' }, 'dpmpp_2m:karras(rho=5):10'],
    [{ pair: 'euler:exponential' }, 'euler:exponential:10'],
    [{ contender: 'heun:vp:3' }, 'heun:vp:3'],
    [{ contender: 'heun:vp:3', steps: '6' }, 'heun:vp:6'],
    [{ steps: '6', contender: 'heun:vp:3' }, 'heun:vp:6'], // axes act in one order, whatever theirs
    [{ nfe: '9', sampler: 'heun' }, 'heun:karras:5'],
    [{ nfe: '10', sampler: 'rk4' }, 'rk4:karras:3'], // 4 + 4 + 1, the last step being to 0
    [{ 'sampler.eta': '0.25', sampler: 'ddim' }, 'ddim(eta=0.25):karras:10'],
    [{ 'schedule.rho': '3' }, 'dpmpp_2m:karras(rho=3):10'],
  ])('%j is %s', (values, text) => {
    expect(formatContender(made(values).contender)).toBe(text);
    expect(made(values).experiment.contenders).toEqual([made(values).contender]);
  });
  test('seed, samples, class, guidance and model go to the experiment', () => {
    expect(made({ seed: '9', samples: '32' }).experiment).toMatchObject({ seed: 9, samples: 32, model: 'grid4' });
    const digits = base('model=digits&n=9&w=3&class=4');
    expect(made({ guidance: '2', class: '7' }, digits).experiment).toMatchObject({ guidance: 2, label: 7 });
    // a model that cannot be guided has neither weight nor class
    expect(made({ model: 'ring8' }, digits).experiment).toMatchObject({
      model: 'ring8',
      guidance: 1,
      label: -1,
      samples: 9,
    });
  });
  test('σ bounds lay the schedule over another range, as levels of its own', () => {
    const { contender } = made({ sigma_max: '5', sigma_min: '0.1', steps: '4' });
    expect(contender.schedule).toBe('explicit');
    expect([contender.sigmas[0], contender.sigmas[3], contender.sigmas[4], contender.steps]).toEqual([5, 0.1, 0, 4]);
    expect(refused({ sigma_max: '0.01' })).toMatch(/σ min .* is not below σ max 0.01/);
    expect(refused({ sigma_min: '0.1', schedule: 'explicit(5_1_0)' })).toMatch(/its own ends/);
    expect(refused({ sigma_max: '-1' })).toMatch(/above 0/);
  });
  test.each<[Record<string, string>, RegExp]>([
    [{ steps: '0' }, /Steps '0': it must be a whole number from 1 to 1000/],
    [{ sampler: 'eulr' }, /Sampler 'eulr': 'eulr' is not a sampler/],
    [{ sampler: 'euler:karras' }, /set by a pair/],
    [{ schedule: 'karas' }, /it is not a schedule/],
    [{ pair: 'euler' }, /a sampler and a schedule/],
    [{ contender: 'euler:karras:x' }, /must be/],
    [{ model: 'moon' }, /there is no such model/],
    [{ guidance: '3' }, /must be/], // grid4 has no guidance
    [{ 'sampler.eta': '0.5' }, /dpmpp_2m has no such parameter/],
    [{ 'schedule.rho': '900' }, /must be/],
    [{ nfe: '2', contender: 'rk4:explicit(20_1)' }, /costs more/],
    [{ size: '3' }, /There is no axis 'size'/],
    [{ seed: '-1' }, /must be/],
  ])('%j is refused: %s', (values, words) => {
    expect(refused(values)).toMatch(words);
  });
  test('evaluations are known before a run', () => {
    expect(cellNfe(plain, { sampler: 'heun', steps: '5' })).toBe(9);
    expect(cellNfe(plain, { sampler: 'nobody' })).toBeUndefined();
  });
  test('an axis asks for the flow of the samples, whose evaluations are counted before they are spent', () => {
    const followed = (likelihood: string) => made({ sampler: 'heun', steps: '5', likelihood });
    expect([flowOf(followed('0')), flowOf(followed('16'))]).toEqual([null, { steps: 16, probes: 2 }]);
    expect(cellNfe(plain, { sampler: 'heun', steps: '5', likelihood: '0' })).toBe(9);
    expect(cellNfe(plain, { sampler: 'heun', steps: '5', likelihood: '16' })).toBe(
      9 + flowNfe(2, { steps: 16, probes: 2 }),
    );
    expect(refused({ likelihood: '1' })).toMatch(/Flow steps.*at least, or not at all with 0/);
    expect(refused({ likelihood: '4000' })).toMatch(/Flow steps/);
    const asked = (model: string, ...values: string[]) => {
      const axes = [
        { field: 'model', values: [model] },
        ...(values.length > 0 ? [{ field: 'likelihood', values }] : []),
      ];
      return gridMetrics(plain, { axes, skip: [] }).filter((id) => ['log_likelihood', 'bits_per_dim'].includes(id));
    };
    expect([asked('grid4'), asked('grid4', '0')]).toEqual([[], []]);
    expect(asked('grid4', '0', '16')).toEqual(['log_likelihood']);
    expect(asked('digits', '16')).toEqual(['bits_per_dim']);
  });
  test('every field that is offered can be set, and is known by its name', () => {
    const sde = base('c=dpmpp_sde:karras:5').contender;
    const ids = gridFields(sde).map((f) => f.id);
    expect(ids).toContain('sampler.eta');
    expect(ids).toContain('schedule.rho');
    for (const id of ids) expect(isGridField(id)).toBe(true);
    expect(isGridField('sampler')).toBe(true);
    expect(isGridField('nothing')).toBe(false);
  });
});
