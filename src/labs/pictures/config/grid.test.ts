import { describe, expect, test } from 'vitest';
import { cellsOf } from '../../../experiments/grid/cells.ts';
import { readGrid, writeGrid } from '../../../experiments/grid/link.ts';
import type { GridSpec, GridText } from '../../../experiments/grid/types.ts';
import { never } from '../../../engine/diffusion/testing.ts';
import { countGrid, leftOf } from '../../../frame/state/grid/count.ts';
import { axisText, readDraft } from '../../../frame/state/grid/draft.ts';
import { formatPictures, parsePictures } from './codec.ts';
import { formatContender } from './contender.ts';
import { defaultPictures } from './defaults.ts';
import { baseOf, contendersOf, picturesGrid } from './grid.ts';
import { gridMetrics } from './gridMetrics.ts';
import { cellRun, gridFields, isGridField } from './gridAxes.ts';

const link = 'lab=pictures&seed=3&c=dpmpp_2m:karras:10:w=5,phi=0.5';
const base = baseOf(parsePictures(link).experiment);
const made = (values: Record<string, string>, from = base) => {
  const cell = cellRun(from, values);
  if ('refused' in cell) throw new Error(cell.refused);
  return cell;
};
const refused = (values: Record<string, string>, from = base) => {
  const cell = cellRun(from, values);
  return 'refused' in cell ? cell.refused : undefined;
};
const read = (text: Partial<GridText>) => readGrid({ axes: [], skip: '', ...text }, picturesGrid.axisNames(base));

describe('a cell', () => {
  test('has one contender, and whatever no axis sets as it was', () => {
    const cell = made({});
    expect(cell.experiment).toEqual({ ...base.experiment, contenders: [base.contender] });
  });
  test.each<[Record<string, string>, string]>([
    [{ steps: '7' }, 'dpmpp_2m:karras:7:w=5,phi=0.5'],
    [{ sampler: 'euler' }, 'euler:karras:10:w=5,phi=0.5'],
    [{ pair: 'euler:exponential' }, 'euler:exponential:10:w=5,phi=0.5'],
    [{ guidance: '2', rescale: '0' }, 'dpmpp_2m:karras:10:w=2'],
    [{ guide_above: '0.5', guide_up_to: '5' }, 'dpmpp_2m:karras:10:w=5,phi=0.5,from=0.5,to=5'],
    [{ guide_up_to: '∞' }, 'dpmpp_2m:karras:10:w=5,phi=0.5'],
    // a whole contender that says no weight has the model's
    [{ contender: 'heun:vp:3' }, 'heun:vp:3'],
    [{ guidance: '4', contender: 'heun:vp:3' }, 'heun:vp:3:w=4'],
    [{ nfe: '9', sampler: 'heun' }, 'heun:karras:5:w=5,phi=0.5'],
    [{ 'sampler.eta': '0.25', sampler: 'ddim' }, 'ddim(eta=0.25):karras:10:w=5,phi=0.5'],
  ])('%j is %s', (values, text) => {
    expect(formatContender(made(values).contender, 3)).toBe(text);
  });
  test('prompts, sizes, seeds and models go to the experiment; another model has sizes and classes of its own', () => {
    expect(made({ prompt: 'a cat, sitting', negative: '""', seed: '9', count: '2' }).experiment).toMatchObject({
      ...{ prompt: 'a cat, sitting', negative: '', seed: 9, count: 2 },
    });
    expect(made({ size: '64x96' }).experiment).toMatchObject({ width: 64, height: 96 });
    const sized = { ...base, experiment: { ...base.experiment, width: 64, height: 128, label: 3 } };
    expect(made({ model: 'hub:owner/name' }, sized).experiment).toMatchObject({ width: 0, height: 0, label: -1 });
    expect(made({ model: 'text-avatars' }, sized).experiment).toMatchObject({ width: 64, height: 128, label: 3 });
    expect(made({ model: 'hub:owner/name', size: '512x512' }, sized).experiment).toMatchObject({ width: 512 });
  });
  test('σ bounds are of the levels at hand', () => {
    expect(made({ sigma_max: '5', steps: '4' }).contender.sigmas[0]).toBe(5);
    expect(made({ sigma_max: '5', steps: '4' }).contender.sigmas[3]).toBeCloseTo(0.0292, 4);
    const other = { ...base, range: { min: 0.1, max: 80 } };
    expect(made({ sigma_max: '5', steps: '4' }, other).contender.sigmas[3]).toBeCloseTo(0.1, 6);
  });
  test.each<[Record<string, string>, RegExp]>([
    [{ prompt: 'x'.repeat(2001) }, /Prompt '2001 characters': it has at most 2000/],
    [{ size: '63x64' }, /Size '63x64': it must be width x height, each a multiple of 8 up to 2048/],
    [{ size: 'large' }, /width x height/],
    [{ model: 'nobody' }, /Model 'nobody': there is no bundled model/],
    [{ guidance: '900' }, /Guidance '900': it must be a number from 0 to 30/],
    [{ guide_above: '5', guide_up_to: '2' }, /Guidance above σ 5 and up to σ 2 acts nowhere/],
    [{ samples: '4' }, /There is no axis 'samples'/],
    [{ sampler: 'eulr' }, /'eulr' is not a sampler/],
  ])('%j is refused', (values, words) => {
    expect(refused(values)).toMatch(words);
  });
  test('every field that is offered can be set, and is known by its name', () => {
    for (const { id } of gridFields(base.contender)) expect(isGridField(id)).toBe(true);
    expect(isGridField('learned')).toBe(false);
  });
});

describe('a link with a grid', () => {
  const grid = '&axis=prompt~a+cat,+sitting%7C%7Ca+dog&axis=steps~4,+8,+..*,+32&omit=nfe+>+16';
  test('is the same experiment, keeps the texts and is written back', () => {
    const parsed = parsePictures(link + grid);
    expect(parsed.refusals).toEqual([]);
    expect(parsed.experiment).toEqual(base.experiment);
    expect(parsed.grid).toEqual({ axes: ['prompt~a cat, sitting||a dog', 'steps~4, 8, ..*, 32'], skip: 'nfe > 16' });
    const again = formatPictures(parsed.experiment, 'abc', parsed.grid);
    expect(again).toMatch(/&axis=prompt~a\+cat,\+sitting.*&axis=steps.*&omit=nfe\+.*&fp=abc$/);
    expect(parsePictures(again)).toEqual({ ...parsed, fingerprint: 'abc' });
    expect(formatPictures(parsed.experiment)).toBe(formatPictures(base.experiment));
    expect(parsePictures(link).grid).toBeUndefined();
  });
  test('what is written reads as the same grid, also prompts with commas, dots and brackets', () => {
    const spec: GridSpec = {
      axes: [
        { field: 'prompt', values: ['a cat, sitting', '(masterpiece, best), a [dog', '""'] },
        { field: 'seed', values: ['1', '2'] },
      ],
      skip: [],
    };
    expect(readGrid(writeGrid(spec), picturesGrid.axisNames(base))).toEqual({ spec });
  });
  test('contrary axes and unknown ones are refused', () => {
    expect(read({ axes: ['pair~euler:karras', 'sampler~euler'] })).toMatchObject({
      refused: expect.stringMatching(/both set the sampler/),
    });
    expect(read({ axes: ['nothing~1'] })).toMatchObject({ refused: expect.stringMatching(/there are model, prompt/) });
  });
  test('an experiment without axes is a grid of its contenders, each of which is itself again', () => {
    const e = defaultPictures();
    const spec = contendersOf(e);
    spec.axes[0]!.values.forEach((contender, i) => {
      expect(made({ contender }, baseOf(e)).contender).toEqual(e.contenders[i]);
    });
  });
});

describe('what the page asks', () => {
  test('the first grid can be run, and so can one with any further axis', () => {
    for (const model of [
      { from: 'bundled', id: 'text-avatars' },
      { from: 'hub', repo: 'a/turbo', revision: 'main', file: null },
    ] as const) {
      const own = baseOf(defaultPictures(model));
      expect(readDraft(picturesGrid, picturesGrid.firstGrid(own), own).spec).not.toBeNull();
      for (const { id } of picturesGrid.fields(own)) {
        const values = picturesGrid.newValues(id, own);
        const reading = readDraft(picturesGrid, { axes: [axisText({ field: id, values })], skip: '' }, own);
        expect(reading.axes[0], `${id}: ${values}`).toMatchObject({ refused: null });
        if (id !== 'class') expect(reading.axes[0]!.misfits).toEqual([]);
      }
    }
  });
  test('work counts pictures, guidance and size', async () => {
    const spec: GridSpec = {
      axes: [
        { field: 'guidance', values: ['1', '3'] },
        { field: 'size', values: ['64x64', '128x128'] },
        { field: 'steps', values: ['2', '4'] },
      ],
      skip: [[{ field: 'nfe', is: '>', value: '3' }]],
    };
    const count = await countGrid(picturesGrid, base, spec, never);
    expect([...count.work.values()]).toEqual([8, 32, 16, 64]); // of four pictures, of two steps
    expect(leftOf(count, () => false)).toEqual({ cells: 4, work: 120 });
    expect([...cellsOf(spec)]).toHaveLength(8);
  });
  test('passes are counted as the plan has them: by method, and at the levels that are guided alone', async () => {
    const spec: GridSpec = {
      axes: [
        {
          field: 'contender',
          values: [
            'euler:karras:4:w=3',
            'euler:karras:4:apg:w=3',
            'euler:karras:4:perp_neg:w=3',
            'euler:karras:4:perp_neg:w=1',
            'euler:karras:4:w=3,from=1',
            'euler_cfg_pp:karras:4:w=0.6',
            'dpm_adaptive:karras:4:w=3',
            'score_sde_ve:karras:4:w=3',
          ],
        },
      ],
      skip: [],
    };
    const count = await countGrid(picturesGrid, base, spec, never);
    const made = [...count.work.values()].map((work) => work / base.experiment.count);
    // Asked at 14.6, 3.2, 0.45 and 0.03: two of four above 1.
    expect(made).toEqual([8, 8, expect.closeTo(12, 9), expect.closeTo(12, 9), 6, 8, 0, 0]);
    expect(count.unmakeable).toBe(2);
    expect(count.because).toMatch(/decides as it goes, by its own numbers; published models are run by plans/);
  });
  test('nothing is measured that is the same in all cells', () => {
    const on = (field: string, e = base.experiment) =>
      gridMetrics({ experiment: e }, { axes: [{ field, values: ['1'] }], skip: [] });
    expect(on('steps')).toEqual(['error', 'baseline']);
    expect(on('prompt')).toEqual(['error']);
    expect(on('prompt', { ...base.experiment, reference: 0 })).toEqual([]);
  });
});
