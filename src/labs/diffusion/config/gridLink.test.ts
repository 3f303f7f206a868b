import type { GridText } from '../../../experiments/grid/types.ts';
import { describe, expect, test } from 'vitest';
import { formatContender } from '../../../samplers/contenders/text.ts';
import { formatExperiment, parseExperiment } from './codec.ts';
import { cellRun } from './gridAxes.ts';
import { contenderGrid, readGrid, writeGrid } from './gridLink.ts';

const link = 'model=grid4&n=64&c=dpmpp_2m:karras:10&c=heun:karras:5';
const grid = '&axis=steps~4,%208,%20..*,%2064&axis=sampler~euler%7C%7Cdpmpp_sde(eta%3D0.5)&skip=nfe%20%3E%20100';
const { experiment } = parseExperiment(link);
const base = { experiment, contender: experiment.contenders[0]! };
const read = (text: Partial<GridText>) => readGrid({ axes: [], skip: '', ...text }, base);

describe('a link with a grid', () => {
  test('is the same experiment, keeps the texts, and refuses nothing', () => {
    const parsed = parseExperiment(link + grid);
    expect(parsed.refusals).toEqual([]);
    expect(parsed.experiment).toEqual(experiment);
    expect(parsed.grid).toEqual({
      axes: ['steps~4, 8, ..*, 64', 'sampler~euler||dpmpp_sde(eta=0.5)'],
      skip: 'nfe > 100',
    });
    expect(readGrid(parsed.grid!, base)).toEqual({
      spec: {
        axes: [
          { field: 'steps', values: ['4', '8', '16', '32', '64'] },
          { field: 'sampler', values: ['euler', 'dpmpp_sde(eta=0.5)'] },
        ],
        skip: [[{ field: 'nfe', is: '>', value: '100' }]],
      },
    });
  });
  test('is written back as it was read, before the record that it carries', () => {
    const parsed = parseExperiment(link + grid);
    const text = formatExperiment(parsed.experiment, 'abc', undefined, parsed.grid);
    expect(text).toMatch(/&axis=steps~4,%208.*&skip=nfe%20%3E%20100&fp=abc$/);
    expect(parseExperiment(text)).toEqual({ ...parsed, fingerprint: 'abc' });
    expect(formatExperiment(parsed.experiment)).toBe(link);
  });
  test('a link without one has none, and rules without axes are told', () => {
    expect(parseExperiment(link).grid).toBeUndefined();
    expect(readGrid(parseExperiment(`${link}&skip=nfe>9`).grid!, base)).toEqual({ refused: 'The grid has no axis.' });
    const [refusal] = parseExperiment(`${link}&skip=a&skip=b`).refusals;
    expect(refusal).toMatchObject({ where: 'skip', because: 'it is given twice' });
  });
  test('what is written reads as the same grid', () => {
    const spec = {
      axes: [
        { field: 'seed', values: ['1', '2', '3'] },
        { field: 'contender', values: ['euler:karras:4', 'dpmpp_sde(eta=0.5,s_noise=1):karras:4'] },
      ],
      skip: [[{ field: 'seed', is: '>' as const, value: '1' }]],
    };
    expect(readGrid(writeGrid(spec), base)).toEqual({ spec });
  });
});

test.each<[Partial<GridText>, RegExp]>([
  [{ axes: ['size~1, 2'] }, /^There is no axis 'size'; there are model, .*steps, .*schedule\.rho/],
  [{ axes: ['steps'] }, /'steps' has no values; write them behind a ~: steps~…/],
  [{ axes: ['steps~'] }, /^Axis 'steps': No values/],
  [{ axes: ['steps~1, .., 4'] }, /^Axis 'steps': .*two before it/],
  [{ axes: ['steps~1', 'steps~2'] }, /Two axes set 'steps'/],
  [{ axes: ['nfe~8', 'seed~1', 'steps~2'] }, /'steps' and 'nfe' both set the number of steps/],
  [{ axes: ['sampler~euler', 'pair~heun:karras'] }, /'pair' and 'sampler' both set the sampler/],
  [
    { axes: ['steps~1'], skip: 'seed = 4' },
    /^Cells left out: 'seed' is not an axis of this grid; there are steps, nfe/,
  ],
  [{ axes: ['seed~1, 2, .., 1000', 'steps~1, 2, .., 1000'] }, /1,000,000 cells/],
])('%j is refused: %s', (text, words) => {
  const got = read(text);
  expect('refused' in got && got.refused).toMatch(words);
});

test('an experiment without axes is a grid of its contenders, each of which is itself again', () => {
  const twice = { ...experiment, contenders: [...experiment.contenders, experiment.contenders[0]!] };
  const spec = contenderGrid(twice);
  expect(spec.axes[0]!.values).toEqual(experiment.contenders.map(formatContender));
  spec.axes[0]!.values.forEach((contender, i) => {
    const made = cellRun(base, { contender });
    expect('contender' in made && made.contender).toEqual(experiment.contenders[i]);
  });
  expect(readGrid(writeGrid(spec), base)).toEqual({ spec });
});
