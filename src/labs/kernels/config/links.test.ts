// The kernel lab's links, word for word: the gallery, every field at its ends, one beyond and junk, with the sentence
// that a reader sees.
import { describe, expect, test } from 'vitest';
import { kernelVersions } from '../../../core/kernelVersions.ts';
import type { Refusal } from '../../../core/refusal.ts';
import { formatKernels, formatShape, formatWorkload, parseKernels } from './codec.ts';
import { kernelViews, type KernelExperiment } from './experiment.ts';
import {
  batchField,
  defaultKernels,
  defaultWorkload,
  MAX_DIMS,
  MAX_VERSIONS,
  samplesField,
  workloadModels,
} from './fields.ts';
import { forceable, viewMenu } from './menus.ts';
import { kernelPresets } from './presets.ts';
import { verifySections } from '../../../verify/sectionNames.ts';

const links: Readonly<Record<keyof typeof kernelPresets, string>> = {
  tiles: 'lab=kernels&shape=m:512,n:512,k:512,batch:1,pad:0&versions=1.naive,2.tiled,3.registers',
  attention: 'lab=kernels&family=attention&versions=1.naive,2.flash,4.blocks',
  fourBits: 'lab=kernels&family=matvec_int4',
  token: 'lab=kernels&view=time&work=token:sotu:1',
  step: 'lab=kernels&view=time',
  roofline: 'lab=kernels&view=roofline',
  bisect: 'lab=kernels&view=tuning&kernels=matmul:1.naive,linear_matmul:1.naive',
};
const usual = defaultKernels();

describe('links of the gallery', () => {
  test('are all written down', () => expect(Object.keys(links)).toEqual(Object.keys(kernelPresets)));
  test.each(Object.entries(links))('%s', (id, link) => {
    const { experiment, claim, title, paper } = kernelPresets[id as keyof typeof kernelPresets];
    expect(formatKernels(experiment)).toBe(link);
    expect(parseKernels(`#${link}`)).toEqual({ experiment, refusals: [] });
    expect([claim.length > 60, title.length > 10]).toEqual([true, true]);
    expect(paper.url).toMatch(/^https:\/\/arxiv\.org\/abs\/\d{4}\.\d{4,5}$/);
  });
});

describe('what is there to choose', () => {
  test('defaults and ranges', () => {
    expect(usual).toEqual({
      view: 'kernels',
      family: 'matmul',
      shape: null,
      versions: [],
      samples: 20,
      kernels: {},
      workload: { kind: 'diffusion', model: 'digits', batch: 16 },
    });
    expect(defaultWorkload('token')).toEqual({ kind: 'token', model: 'sotu', batch: 1 });
    const facts = ({ default: d, min, max, step, integer, log, label }: typeof samplesField) => [
      label,
      d,
      min,
      max,
      step,
      integer,
      log,
    ];
    expect(facts(samplesField)).toEqual(['Samples', 20, 20, 200, 1, true, true]);
    expect(facts(batchField('diffusion'))).toEqual(['Samples', 16, 1, 256, 1, true, true]);
    expect(facts(batchField('token'))).toEqual(['Sequences', 1, 1, 8, 1, true, true]);
    expect([MAX_VERSIONS, MAX_DIMS]).toEqual([16, 12]);
  });
  test('views, models of a workload, families with versions, parts of a verification', () => {
    expect(kernelViews).toEqual(['kernels', 'roofline', 'time', 'tuning', 'verify', 'memory']);
    expect(viewMenu.map((v) => v.id)).toEqual(kernelViews);
    expect(workloadModels.diffusion.map((m) => m.id)).not.toContain('drawn');
    expect(workloadModels.diffusion).toHaveLength(9);
    expect(workloadModels.token.map((m) => m.id)).toEqual(['sotu', 'sotu_draft', 'countdown']);
    expect(forceable.map((o) => o.family)).toEqual(Object.keys(kernelVersions));
    expect(forceable.find((o) => o.family === 'topk')!.versions).toEqual(['1.workgroup', '2.lanes']);
    expect(verifySections.map((s) => s.id)).toEqual(['kernels', 'samplers', 'statistics', 'networks', 'language']);
  });
});

const no = (where: string, value: string, because: string, used: string): Refusal => ({ where, value, because, used });
const views = 'the views are kernels, roofline, time, tuning, verify, memory';
const part = (text: string) => `'${text}' is not a name, a colon and a whole number`;
const first = 'the family’s first shape';
const work = 'it is diffusion or token, a model and a number, joined by colons';
const dims = (n: number) => Array.from({ length: n }, (_, i) => `${'abcdefghijklm'[i]}:${i + 1}`).join(',');

describe('fields at their ends', () => {
  test.each<[string, Partial<KernelExperiment>]>([
    ['samples=20', { samples: 20 }],
    ['samples=200', { samples: 200 }],
    ['family=a', { family: 'a' }],
    [`family=a${'_'.repeat(40)}`, { family: `a${'_'.repeat(40)}` }],
    [`shape=${dims(12)}`, { shape: { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9, j: 10, k: 11, l: 12 } }],
    ['shape=a1_B:7', { shape: { a1_B: 7 } }],
    ['shape=m:999999999', { shape: { m: 999999999 } }],
    [`shape=a${'B'.repeat(23)}:0`, { shape: { [`a${'B'.repeat(23)}`]: 0 } }],
    [
      `versions=${Array.from({ length: 16 }, (_, i) => `${i}.v`)
        .slice(0, 10)
        .join(',')}`,
      { versions: Array.from({ length: 10 }, (_, i) => `${i}.v`) },
    ],
    ['versions=1,2.a_B-c.9', { versions: ['1', '2.a_B-c.9'] }],
    [`versions=1${'x'.repeat(40)}`, { versions: [`1${'x'.repeat(40)}`] }],
    ['work=token', { workload: { kind: 'token', model: 'sotu', batch: 1 } }],
    ['work=token:countdown', { workload: { kind: 'token', model: 'countdown', batch: 1 } }],
    ['work=token:sotu:8', { workload: { kind: 'token', model: 'sotu', batch: 8 } }],
    ['work=diffusion:ring8:256', { workload: { kind: 'diffusion', model: 'ring8', batch: 256 } }],
    ['work=diffusion:digits:1', { workload: { kind: 'diffusion', model: 'digits', batch: 1 } }],
    ['view=memory', { view: 'memory' }],
  ])('%s is taken, and comes back', (link, want) => {
    const { experiment, refusals } = parseKernels(`lab=kernels&${link}`);
    expect(refusals).toEqual([]);
    expect(experiment).toEqual({ ...usual, ...want });
    expect(parseKernels(formatKernels(experiment)).experiment).toEqual(experiment);
  });

  test.each<[string, Refusal[]]>([
    ['samples=19', [no('samples', '19', 'it must be a whole number from 20 to 200', '20')]],
    ['samples=201', [no('samples', '201', 'it must be a whole number from 20 to 200', '20')]],
    ['samples=', [no('samples', '', 'it must be a whole number from 20 to 200', '20')]],
    ['view=Time', [no('view', 'Time', views, 'kernels')]],
    ['family=', [no('family', '', 'it is no name of a kernel family', 'matmul')]],
    ['family=a=b', [no('family', 'a=b', 'it is no name of a kernel family', 'matmul')]],
    ['family=a#b', [no('family', 'a#b', 'it is no name of a kernel family', 'matmul')]],
    ['=1', [no('link', '=1', "'' means nothing here", 'left out')]],
    ['versions=x1.a', [no('versions', 'x1.a', 'it is no name of a version', 'left out')]],
    ['family=1a', [no('family', '1a', 'it is no name of a kernel family', 'matmul')]],
    ['family=a!', [no('family', 'a!', 'it is no name of a kernel family', 'matmul')]],
    [`family=${'a'.repeat(42)}`, [no('family', 'a'.repeat(42), 'it is no name of a kernel family', 'matmul')]],
    ['shape=', [no('shape', '', part(''), first)]],
    ['shape=m:1,', [no('shape', 'm:1,', part(''), first)]],
    ['shape=m:x', [no('shape', 'm:x', part('m:x'), first)]],
    ['shape=M:1', [no('shape', 'M:1', part('M:1'), first)]],
    ['shape= m:1', [no('shape', ' m:1', part(' m:1'), first)]],
    ['shape=m:1 ', [no('shape', 'm:1 ', part('m:1 '), first)]],
    ['shape=m:1000000000', [no('shape', 'm:1000000000', part('m:1000000000'), first)]],
    [`shape=a${'B'.repeat(24)}:1`, [no('shape', `a${'B'.repeat(24)}:1`, part(`a${'B'.repeat(24)}:1`), first)]],
    [`shape=${'m'.repeat(50)}`, [no('shape', 'm'.repeat(50), part('m'.repeat(40)), first)]],
    ['shape=m:1,m:2', [no('shape', 'm:1,m:2', 'm is given twice', first)]],
    [`shape=${dims(13)}`, [no('shape', dims(13), 'a shape has at most 12 numbers', first)]],
    ['versions=x', [no('versions', 'x', 'it is no name of a version', 'left out')]],
    ['versions=1.a,,1.a', [no('versions', '1.a', 'it is given twice', 'left out')]],
    ['versions=1 a', [no('versions', '1 a', 'it is no name of a version', 'left out')]],
    [`versions=1${'x'.repeat(41)}`, [no('versions', `1${'x'.repeat(41)}`, 'it is no name of a version', 'left out')]],
    [
      `versions=${Array.from({ length: 17 }, (_, i) => `1.${i}`).join(',')}`,
      [no('versions', '1.16', 'at most 16 are measured', 'left out')],
    ],
    ['work=', [no('work', '', work, 'diffusion:digits:16')]],
    ['work=lunch:sotu', [no('work', 'lunch:sotu', work, 'diffusion:digits:16')]],
    ['work=token:sotu:1:2', [no('work', 'token:sotu:1:2', work, 'diffusion:digits:16')]],
    ['work=token:digits:1', [no('work', 'token:digits:1', "there is no bundled language model 'digits'", 'sotu')]],
    ['work=diffusion:drawn:1', [no('work', 'diffusion:drawn:1', "there is no diffusion model 'drawn'", 'digits')]],
    ['work=token:sotu:9', [no('work', 'token:sotu:9', 'sequences must be a whole number from 1 to 8', '1')]],
    ['work=token:sotu:0', [no('work', 'token:sotu:0', 'sequences must be a whole number from 1 to 8', '1')]],
    [
      'work=diffusion:digits:257',
      [no('work', 'diffusion:digits:257', 'samples must be a whole number from 1 to 256', '16')],
    ],
    [
      'work=token::',
      [
        no('work', 'token::', "there is no bundled language model ''", 'sotu'),
        no('work', 'token::', 'sequences must be a whole number from 1 to 8', '1'),
      ],
    ],
    [
      `work=token:${'m'.repeat(50)}`,
      [no('work', `token:${'m'.repeat(50)}`, `there is no bundled language model '${'m'.repeat(40)}'`, 'sotu')],
    ],
    ['zz', [no('link', 'zz=', "'zz' means nothing here", 'left out')]],
    [`${'z'.repeat(90)}`, [no('link', 'z'.repeat(80), `'${'z'.repeat(40)}' means nothing here`, 'left out')]],
    ['view=time&samples=30&view=memory', [no('view', 'memory', 'it is given twice', 'time')]],
  ])('%s is refused in these words', (link, want) => {
    const { experiment, refusals } = parseKernels(`lab=kernels&${link}`);
    expect(refusals).toEqual(want);
    expect(parseKernels(formatKernels(experiment)).refusals).toEqual([]);
  });

  test('what is kept beside a refusal, and links of 20,000 characters', () => {
    expect(parseKernels('work=token:nope:4').experiment.workload).toEqual({ kind: 'token', model: 'sotu', batch: 4 });
    expect(parseKernels('work=token:countdown:99').experiment.workload).toEqual({
      kind: 'token',
      model: 'countdown',
      batch: 1,
    });
    expect(parseKernels('versions=2.b,x,1.a').experiment.versions).toEqual(['2.b', '1.a']);
    expect(parseKernels('?view=time&%73amples=30&family=%61').experiment).toMatchObject({
      view: 'time',
      samples: 30,
      family: 'a',
    });
    const zeros = (n: number) => `&samples=${'0'.repeat(n)}30`;
    expect(parseKernels(`view=time${zeros(19_980)}`)).toMatchObject({
      experiment: { view: 'time', samples: 30 },
      refusals: [],
    });
    expect(parseKernels(`view=time${zeros(19_981)}`)).toEqual({
      experiment: usual,
      refusals: [no('link', '20001 characters', 'a link has at most 20000 characters', 'the usual view')],
    });
    expect(parseKernels(`family=${'b'.repeat(99)}&family=x`).refusals[0]!.used).toBe('b'.repeat(80));
    expect(formatShape({ rows: 3, columns: 8 })).toBe('rows:3,columns:8');
    expect(formatWorkload({ kind: 'token', model: 'x', batch: 2 })).toBe('token:x:2');
    expect(formatKernels({ ...usual, family: 'a b', versions: ['1,a:b'] })).toBe(
      'lab=kernels&family=a%20b&versions=1,a:b',
    );
  });
});
