// The two files that results are exported as, in full: whoever reads them with a program reads them tomorrow too.
import { expect, test } from 'vitest';
import { newContender } from './contender.ts';
import { defaultExperiment } from './defaults.ts';
import type { Experiment } from './experiment.ts';
import { toCsv, toJson, type ResultRow } from './exports.ts';

const experiment: Experiment = {
  ...defaultExperiment('grid4'),
  seed: 7,
  samples: 3,
  contenders: [
    newContender('euler', 2),
    { ...newContender('heun', 1), schedule: 'explicit', scheduleParams: {}, sigmas: [4, 0] },
  ],
};
const context = { adapter: 'A "fast", one', version: '0.3.0', link: 'https://example.org/#n=3&c=euler' };
const rows: readonly ResultRow[] = [
  {
    of: 'this run',
    contender: 0,
    steps: 2,
    seed: 7,
    nfe: 2,
    passes: 4,
    gpuMs: null,
    wallMs: 1.25,
    quality: { sw1: 0.1 + 0.2, energy: -1e-9 },
  },
  {
    of: 'sweep',
    contender: 1,
    steps: 1,
    seed: 8,
    nfe: 1,
    passes: 2,
    gpuMs: 0.5,
    wallMs: 3,
    quality: { nll: NaN, sw1: 0 },
  },
  { of: 'sweep', contender: 5, steps: 9, seed: 9, nfe: 9, passes: 9, gpuMs: 0, wallMs: 0, quality: {} },
];

test('CSV: a row for each result with all of its settings, run and sweep told apart, the link once', () => {
  const tail = 'grid4,false,0,3,1,-1,,"A ""fast"", one",0.3.0';
  expect(toCsv(experiment, rows, context)).toBe(
    [
      'of,contender,sampler,schedule,schedule rho,steps,sigmas,seed,nfe,passes,gpu_ms,wall_ms,energy,nll,sw1,' +
        'model,learned,points,samples,guidance,class,kernels,adapter,version,link',
      `this run,1,euler,karras,7,2,20 0.02 0,7,2,4,,1.25,-1e-9,,0.30000000000000004,${tail},https://example.org/#n=3&c=euler`,
      `sweep,2,heun,explicit,,1,4 0,8,1,2,0.5,3,,NaN,0,${tail},`,
      `sweep,6,,,,9,,9,9,9,0,0,,,,${tail},`,
      '',
    ].join('\r\n'),
  );
  const twoKinds: Experiment = {
    ...experiment,
    learned: true,
    guidance: 2.5,
    kernels: { matmul: '1.naive' },
    contenders: [newContender('unipc', 3, 'exponential', { order: 3 }), newContender('ddim', 2, 'uniform')],
  };
  const [head, first, second] = toCsv(twoKinds, rows.slice(0, 2), context).split('\r\n');
  const at = (line: string, name: string) => line.split(',')[head!.split(',').indexOf(name)];
  expect(
    ['sampler order', 'sampler eta', 'schedule rho', 'schedule spacing', 'kernels'].map((n) => at(first!, n)),
  ).toEqual(['3', '', '1', '', 'matmul:1.naive']);
  expect(
    ['sampler order', 'sampler eta', 'schedule rho', 'schedule spacing', 'learned'].map((n) => at(second!, n)),
  ).toEqual(['', '0', '', 'trailing', 'true']);
});

test('CSV: no rows are a head; quotes where RFC 4180 wants them', () => {
  expect(toCsv(experiment, [], { adapter: 'a\nb', version: 'c\rd', link: 'e' })).toBe(
    'of,contender,sampler,schedule,schedule rho,steps,sigmas,seed,nfe,passes,gpu_ms,wall_ms,' +
      'model,learned,points,samples,guidance,class,kernels,adapter,version,link\r\n',
  );
  for (const [adapter, cell] of [
    ['a\nb', '"a\nb"'],
    ['a\rb', '"a\rb"'],
    ['a,b', '"a,b"'],
    ['a"b"', '"a""b"""'],
    ['a b', 'a b'],
  ] as const)
    expect(toCsv(experiment, rows.slice(2), { ...context, adapter })).toContain(`,,${cell},0.3.0,`);
});

test('JSON: the experiment with titles and levels, the link and every row', () => {
  const text = toJson(experiment, rows, context);
  expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
  expect(Object.keys(JSON.parse(text) as object)).toEqual([
    'format',
    'formatVersion',
    'adapter',
    'version',
    'link',
    'hash',
    'experiment',
    'results',
  ]);
  expect(JSON.parse(text)).toEqual({
    format: 'stepscope-results',
    formatVersion: 1,
    ...context,
    hash: 'model=grid4&seed=7&n=3&c=euler:karras:2&c=heun:explicit(4_0)',
    experiment: {
      model: 'grid4',
      learned: false,
      points: [],
      seed: 7,
      samples: 3,
      guidance: 1,
      label: -1,
      contenders: [
        {
          sampler: 'euler',
          params: {},
          schedule: 'karras',
          scheduleParams: { rho: 7 },
          steps: 2,
          sigmas: [20, expect.closeTo(0.02, 15), 0],
          title: 'Euler (= DDIM) · Karras · 2 steps',
        },
        {
          sampler: 'heun',
          params: {},
          schedule: 'explicit',
          scheduleParams: {},
          steps: 1,
          sigmas: [4, 0],
          title: 'Heun · own σ list · 1 step',
        },
      ],
      budgets: [4, 8, 12, 16, 24, 32, 48],
      seeds: 3,
      kernels: {},
    },
    results: JSON.parse(JSON.stringify(rows)) as unknown,
  });
  const shown = { step: 3, of: 8 };
  expect(JSON.parse(toJson(experiment, [], context, shown))).toMatchObject({ shown, results: [] });
});
