// The diffusion lab's links, word for word: what a link with everything in it says, and every field at its smallest, its largest, one beyond and junk, with the sentence that a reader sees.
import { describe, expect, test } from 'vitest';
import { formatExperiment, parseExperiment } from './codec.ts';
import { newContender } from './contender.ts';
import { defaultExperiment } from './defaults.ts';
import type { Experiment } from './experiment.ts';
import type { Refusal } from '../../../core/refusal.ts';

describe('a link that says everything', () => {
  const plane: Experiment = {
    model: 'moons',
    learned: true,
    points: [
      [1, -1],
      [0.25, 0.5],
    ],
    seed: 4294967295,
    samples: 7,
    guidance: 1,
    label: -1,
    seeds: 10,
    budgets: [2, 9, 1000],
    kernels: { softmax: '1.tree', matmul: '1.naive' },
    contenders: [
      newContender('dpmpp_2m_sde', 12, 'karras', { eta: 0.5, s_noise: 1.5 }, { rho: 5 }),
      { ...newContender('heun', 3), schedule: 'explicit', scheduleParams: {}, sigmas: [20, 4.5, 1e-6, 0] },
    ],
  };
  const planeLink =
    'model=moons&learned=1&seed=4294967295&n=7&seeds=10&points=ABAA8AAEAAg&budgets=2.9.1000&kernels=matmul:1.naive,softmax:1.tree' +
    '&c=dpmpp_2m_sde(eta=0.5,s_noise=1.5):karras(rho=5):12&c=heun:explicit(20_4.5_0.000001_0)&fp=1.vZD4';
  const image: Experiment = { ...defaultExperiment('digits'), guidance: 2.5, label: 7, seeds: 4 };

  test('word for word, there and back', () => {
    expect(formatExperiment(plane, '1.vZD4')).toBe(planeLink);
    expect(parseExperiment(planeLink)).toEqual({ experiment: plane, refusals: [], fingerprint: '1.vZD4' });
    expect(formatExperiment(image)).toBe('model=digits&w=2.5&class=7&seeds=4');
    expect(parseExperiment('?model=digits&w=2.5&class=7&seeds=4').experiment).toEqual(image);
    expect(formatExperiment(image, '')).toBe('model=digits&w=2.5&class=7&seeds=4');
    expect(parseExperiment('fp=').fingerprint).toBeNull();
  });
  test('in any order, with what a mail program does to it, and a default said aloud', () => {
    const shuffled = planeLink.split('&').toReversed();
    const order = [
      ...shuffled.filter((p) => !p.startsWith('c=')),
      ...planeLink.split('&').filter((p) => p.startsWith('c=')),
    ];
    expect(parseExperiment(order.join('&')).experiment).toEqual(plane);
    expect(parseExperiment(`&&${planeLink.replaceAll(':', '%3A').replaceAll('(', '%28')}&`).experiment).toEqual(plane);
    expect(
      parseExperiment('model=ring8&learned=0&seed=0&n=512&w=1&class=-1&seeds=3&budgets=4.8.12.16.24.32.48'),
    ).toEqual({
      experiment: defaultExperiment('ring8'),
      refusals: [],
      fingerprint: null,
    });
    expect(parseExperiment('c=euler').experiment.contenders).toEqual([newContender('euler', 10)]);
  });
});

const whole = (min: number, max: number) => `it must be a whole number from ${min} to ${max}`;
const refusal = (...[where, value, because, used]: readonly string[]) => ({ where, value, because, used }) as Refusal;
const noSampler = (text: string, name: string) => [
  refusal('contender 1', text, `'${name}' is not a sampler`, 'the usual contenders of the model'),
];
const budgets = 'they must be at most 24 rising whole numbers from 1 to 1000, joined by dots';
const family = (name: string) =>
  `there is no kernel family '${name}'; there are matmul, linear_matmul, conv2d, row_dots, attention, attention_prefill, attention_decode, cross_attention, softmax, layernorm, group_combine, residual_norm, embed_norm, topk, rope_append, empirical_denoiser`;
const device = 'the version chosen for this device';

describe('fields at their ends', () => {
  test.each<[string, Partial<Experiment>]>([
    ['seed=0', { seed: 0 }],
    ['seed=4294967295', { seed: 4294967295 }],
    ['n=1', { samples: 1 }],
    ['n=16384', { samples: 16384 }],
    ['model=digits&w=0', { guidance: 0 }],
    ['model=digits&w=10', { guidance: 10 }],
    ['model=digits&class=-1', { label: -1 }],
    ['model=digits&class=0', { label: 0 }],
    ['model=digits&class=9', { label: 9 }],
    ['model=avatars&class=7', { label: 7 }],
    ['seeds=1', { seeds: 1 }],
    ['seeds=10', { seeds: 10 }],
    ['learned=0', { learned: false }],
    ['learned=1', { learned: true }],
    ['budgets=1', { budgets: [1] }],
    ['budgets=999.1000', { budgets: [999, 1000] }],
    [
      `budgets=${Array.from({ length: 24 }, (_, i) => i + 1).join('.')}`,
      { budgets: Array.from({ length: 24 }, (_, i) => i + 1) },
    ],
    ['c=euler:karras:1', { contenders: [newContender('euler', 1)] }],
    ['c=euler:karras:1000', { contenders: [newContender('euler', 1000)] }],
    [
      'c=unipc(order=1):karras(rho=1):3',
      { contenders: [newContender('unipc', 3, 'karras', { order: 1 }, { rho: 1 })] },
    ],
    [
      'c=unipc(order=3):karras(rho=20):3',
      { contenders: [newContender('unipc', 3, 'karras', { order: 3 }, { rho: 20 })] },
    ],
    [
      'c=euler:explicit(1_0)',
      { contenders: [{ ...newContender('euler', 1), schedule: 'explicit', scheduleParams: {}, sigmas: [1, 0] }] },
    ],
    ['c=euler():karras():3', { contenders: [newContender('euler', 3)] }],
    [
      'c=unipc(order=3,variant=bh1):explicit(4_1_0)',
      {
        contenders: [
          {
            ...newContender('unipc', 2, 'karras', { order: 3, variant: 'bh1' }),
            schedule: 'explicit',
            scheduleParams: {},
            sigmas: [4, 1, 0],
          },
        ],
      },
    ],
    ['kernels=topk:2.lanes', { kernels: { topk: '2.lanes' } }],
  ])('%s is taken', (link, want) => {
    const { experiment, refusals } = parseExperiment(link);
    expect(refusals).toEqual([]);
    expect(experiment).toMatchObject(want);
  });

  test.each<[string, Refusal[]]>([
    ['seed=-1', [refusal('Seed', '-1', whole(0, 4294967295), '0')]],
    ['seed=4294967296', [refusal('Seed', '4294967296', whole(0, 4294967295), '0')]],
    ['seed=0.5', [refusal('Seed', '0.5', whole(0, 4294967295), '0')]],
    ['n=0', [refusal('Samples', '0', whole(1, 16384), '512')]],
    ['n=16385', [refusal('Samples', '16385', whole(1, 16384), '512')]],
    ['model=digits&n=1025', [refusal('Samples', '1025', whole(1, 1024), '16')]],
    ['n=', [refusal('Samples', '', whole(1, 16384), '512')]],
    [`n=${'9'.repeat(100)}`, [refusal('Samples', '9'.repeat(80), whole(1, 16384), '512')]],
    ['w=1.1', [refusal('Guidance', '1.1', 'it must be a number from 1 to 1', '1')]],
    ['model=digits&w=-0.1', [refusal('Guidance', '-0.1', 'it must be a number from 0 to 10', '1')]],
    ['model=digits&w=10.1', [refusal('Guidance', '10.1', 'it must be a number from 0 to 10', '1')]],
    ['model=moons&class=0', [refusal('Class', '0', whole(-1, -1), '-1')]],
    ['class=4', [refusal('Class', '4', whole(-1, 3), '-1')]],
    ['model=digits&class=10', [refusal('Class', '10', whole(-1, 9), '-1')]],
    ['model=digits&class=-2', [refusal('Class', '-2', whole(-1, 9), '-1')]],
    ['seeds=0', [refusal('Seeds per point', '0', whole(1, 10), '3')]],
    ['model=digits&seeds=11', [refusal('Seeds per point', '11', whole(1, 10), '1')]],
    ['learned=true', [refusal('Learned denoiser', 'true', 'it must be 1 or 0', '0')]],
    [
      'model=digits&learned=1',
      [refusal('Learned denoiser', '1', 'Digits, transformer has no trained twin', 'the exact denoiser')],
    ],
    ['model=Ring8', [refusal('model', 'Ring8', 'there is no such model', 'Ring of 8 Gaussians')]],
    ['points=AAA', [refusal('drawn points', 'AAA', 'its 2 bytes are not whole points of 4 bytes', 'no points')]],
    ['budgets=', [refusal('budgets', '', budgets, 'the default budgets')]],
    ['budgets=0.4', [refusal('budgets', '0.4', budgets, 'the default budgets')]],
    ['budgets=4.4', [refusal('budgets', '4.4', budgets, 'the default budgets')]],
    ['budgets=1001', [refusal('budgets', '1001', budgets, 'the default budgets')]],
    ['budgets=00004', [refusal('budgets', '00004', budgets, 'the default budgets')]],
    ['budgets=4x', [refusal('budgets', '4x', budgets, 'the default budgets')]],
    [
      `budgets=${Array.from({ length: 25 }, (_, i) => i + 1).join('.')}`,
      [refusal('budgets', Array.from({ length: 25 }, (_, i) => i + 1).join('.'), budgets, 'the default budgets')],
    ],
    ['zz', [refusal('link', 'zz=', "'zz' means nothing here", 'left out')]],
    ['=1', [refusal('link', '=1', "'' means nothing here", 'left out')]],
    [
      `${'z'.repeat(50)}=${'y'.repeat(50)}`,
      [refusal('link', `${'z'.repeat(50)}=${'y'.repeat(29)}`, `'${'z'.repeat(40)}' means nothing here`, 'left out')],
    ],
    ['seed=1&n=9&seed=2', [refusal('seed', '2', 'it is given twice', '1')]],
    ['c=nope', noSampler('nope', 'nope')],
    ['c=', noSampler('', '')],
    ['c=euler(a:karras', noSampler('euler(a:karras', 'euler(a')],
    ['c=(a)', noSampler('(a)', '(a)')],
    ['c=Euler(x=1)', noSampler('Euler(x=1)', 'Euler')],
    ['c=euler(a(b)', noSampler('euler(a(b)', 'euler(a(b)')],
    ['c=euler(a)b)', noSampler('euler(a)b)', 'euler(a)b)')],
    ['c=euler:ka(rras:4', [refusal('contender 1 schedule', 'ka(rras', 'it is not a schedule', 'Karras')]],
    ['c=unipc(order=3=1):karras:5', [refusal('contender 1 order p', '3=1', whole(1, 3), '2')]],
    [
      'c=unipc(toString=1):karras:5',
      [refusal('contender 1', 'toString=1', "there is no parameter 'toString'", 'nothing')],
    ],
    ['c=unipc(variant=bh3):karras:5', [refusal('contender 1 B(h)', 'bh3', 'it is not one of the choices', 'bh2')]],
    ['kernels=:2.lanes', [refusal('kernels', ':2.lanes', family(''), device)]],
    [
      'kernels=topk:2.lanes:x',
      [refusal('kernels', 'topk:2.lanes:x', 'topk has the versions 1.workgroup, 2.lanes', device)],
    ],
    ['c=heun&c=x', [refusal('contender 2', 'x', "'x' is not a sampler", 'left out')]],
    ['c=euler:nope(a=1):4', [refusal('contender 1 schedule', 'nope(a=1)', 'it is not a schedule', 'Karras')]],
    ['c=euler:karras:0', [refusal('contender 1 steps', '0', whole(1, 1000), '10')]],
    ['c=euler:karras:1001', [refusal('contender 1 steps', '1001', whole(1, 1000), '10')]],
    ['c=euler:karras:4:9:8', [refusal('contender 1', '9:8', 'nothing belongs after the number of steps', 'left out')]],
    ['c=euler:explicit(4_0):7', [refusal('contender 1', '7', 'nothing belongs after a σ list', 'left out')]],
    ['c=euler:explicit(4_)', [refusal('contender 1 σ list', '4_', 'Level 2 is not a number.', 'Karras')]],
    ['c=euler:explicit(4_ )', [refusal('contender 1 σ list', '4_ ', 'Level 2 is not a number.', 'Karras')]],
    ['c=unipc(order=4):karras:5', [refusal('contender 1 order p', '4', whole(1, 3), '2')]],
    ['c=unipc(order=0):karras:5', [refusal('contender 1 order p', '0', whole(1, 3), '2')]],
    [
      'c=unipc(x=1,=2,y):karras:5',
      [
        refusal('contender 1', 'x=1', "there is no parameter 'x'", 'nothing'),
        refusal('contender 1', '=2', "there is no parameter '=2'", 'nothing'),
        refusal('contender 1', 'y', "there is no parameter 'y'", 'nothing'),
      ],
    ],
    [
      'c=euler:karras(rho=20.5):5',
      [refusal('contender 1 schedule ρ', '20.5', 'it must be a number from 1 to 20', '7')],
    ],
    ['c=euler:karras(rho=.5):5', [refusal('contender 1 schedule ρ', '.5', 'it must be a number from 1 to 20', '7')]],
    ['kernels=x', [refusal('kernels', 'x', family('x'), device)]],
    ['kernels=matmul:1.naive,matmul:2.tiled', [refusal('kernels', 'matmul:2.tiled', 'it is given twice', device)]],
    ['kernels=topk', [refusal('kernels', 'topk', 'topk has the versions 1.workgroup, 2.lanes', device)]],
    [`kernels=${'k'.repeat(90)}`, [refusal('kernels', 'k'.repeat(80), family('k'.repeat(40)), device)]],
  ])('%s is refused in these words', (link, want) => expect(parseExperiment(link).refusals).toEqual(want));

  const long = (n: number) => 'y'.repeat(n);
  test.each<[string, string, number]>([
    ['a second value', `fp=a&fp=${long(99)}`, 80],
    ['a model', `model=${long(99)}`, 80],
    ['points', `points=${long(97)}`, 40],
    ['budgets', `budgets=${long(99)}`, 80],
    ['a sampler', `c=euler&c=${long(99)}`, 80],
    ['a σ list', `c=euler:explicit(${long(99)})`, 80],
    ['a schedule', `c=euler:${long(99)}`, 80],
    ['steps', `c=euler:karras:${long(99)}`, 40],
    ['what is too much', `c=euler:karras:4:${long(99)}`, 80],
    ['a ninth contender', `${'c=euler&'.repeat(8)}c=${long(99)}`, 80],
  ])('%s is shown up to so many characters', (_, link, most) =>
    expect(parseExperiment(link).refusals.at(-1)!.value).toBe(long(most)),
  );
  test('what stands in the way of a second value, and the name of what is no sampler, are cut too', () => {
    expect(parseExperiment(`fp=${long(99)}&fp=x`).refusals[0]!.used).toBe(long(80));
    expect(parseExperiment(`c=${long(99)}`).refusals[0]!.because).toBe(`'${long(40)}' is not a sampler`);
    expect(parseExperiment('fp=a#b?c').fingerprint).toBe('a#b?c');
    expect(parseExperiment('points=A&model=digits&learned=1').experiment).toMatchObject({ points: [], learned: false });
    expect(formatExperiment({ ...defaultExperiment(), points: [[1, -1]] })).toBe('points=ABAA8A');
    expect(
      formatExperiment({ ...defaultExperiment(), contenders: [{ ...newContender('unipc', 5), params: {} }] }),
    ).toBe('c=unipc:karras:5');
  });

  test('what is read beside a refusal: the first of two, the schedule’s own parameters, eight contenders', () => {
    expect(parseExperiment('seed=1&seed=2').experiment.seed).toBe(1);
    expect(parseExperiment('c=euler:nope(rho=5):4').experiment.contenders).toEqual([newContender('euler', 4)]);
    expect(parseExperiment('c=euler:explicit(1_2):4').experiment.contenders).toEqual([newContender('euler', 4)]);
    const nine = Array.from({ length: 9 }, (_, i) => `c=euler:karras:${i + 1}`).join('&');
    const { experiment, refusals } = parseExperiment(nine);
    expect(experiment.contenders.map((c) => c.steps)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(refusals).toEqual([refusal('contender 9', 'euler:karras:9', 'at most 8 are compared', 'left out')]);
    expect(parseExperiment(nine.split('&').slice(0, 8).join('&')).refusals).toEqual([]);
    expect(parseExperiment('c=nope&c=heun:karras:3').experiment.contenders).toEqual([newContender('heun', 3)]);
  });
  test('a link of 100,000 characters is read, one of 100,001 is not', () => {
    expect(parseExperiment(`seed=5&fp=${'x'.repeat(99_990)}`)).toMatchObject({ experiment: { seed: 5 }, refusals: [] });
    expect(parseExperiment(`seed=5&fp=${'x'.repeat(99_991)}`)).toEqual({
      experiment: defaultExperiment(),
      refusals: [
        refusal('link', '100001 characters', 'a link has at most 100000 characters', 'the default experiment'),
      ],
      fingerprint: null,
    });
  });
});
