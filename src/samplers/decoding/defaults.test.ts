// The published defaults, ranges and choices of every parameter, written out once more. A default decides what an old
// link means and what a reader sees first: it changes here, on purpose, or not at all.
import { describe, expect, test } from 'vitest';
import type { AnyField } from '../../core/field.ts';
import { algorithms } from './algorithms.ts';
import { stages } from './stages.ts';
import type { Algorithm, Stage } from './types.ts';

type Row = Readonly<Record<string, unknown>>;
const real = (value: number, min: number, max: number, step: number, more: Row = {}): Row => ({
  kind: 'number',
  default: value,
  min,
  max,
  step,
  integer: false,
  log: false,
  ...more,
});
const whole = (value: number, min: number, max: number, more: Row = {}): Row =>
  real(value, min, max, 1, { integer: true, ...more });
const choice = (value: string, ...options: string[]): Row => ({ kind: 'choice', default: value, options });
const flag = (value: boolean): Row => ({ kind: 'boolean', default: value });
const text = (value: string, maxLength: number, more: Row = {}): Row => ({
  kind: 'text',
  default: value,
  maxLength,
  ...more,
});

const window = { lastN: whole(-1, -1, 1000000), prompt: flag(true) };
const mirostat = { tau: real(5, 0.1, 20, 0.1, { unit: 'bits' }), eta: real(0.1, 0, 1, 0.01) };

const stageRows: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  temperature: { temperature: real(0.8, 0, 5, 0.05) },
  dynamic_temperature: {
    temperature: real(1, 0, 5, 0.05),
    range: real(0.5, 0, 5, 0.05),
    exponent: real(1, 0.1, 10, 0.1, { log: true }),
  },
  smoothing: { factor: real(0.25, 0, 10, 0.01), curve: real(1, 1, 3, 0.05) },
  top_k: { k: whole(40, 1, 100000, { log: true }) },
  top_p: { p: real(0.95, 0, 1, 0.01) },
  min_p: { p: real(0.05, 0, 1, 0.01) },
  top_a: { a: real(0.2, 0, 1, 0.01) },
  typical_p: { p: real(0.95, 0, 1, 0.01) },
  epsilon_cutoff: { epsilon: real(0.0003, 0, 1, 0.0001) },
  eta_cutoff: { epsilon: real(0.0003, 0, 1, 0.0001) },
  top_n_sigma: { n: real(1, 0, 10, 0.1) },
  tail_free: { z: real(0.95, 0, 1, 0.01) },
  top_h: { alpha: real(0.4, 0, 1, 0.01) },
  mirostat,
  mirostat_v2: mirostat,
  adaptive_p: { target: real(0.5, -1, 1, 0.05), decay: real(0.9, 0, 0.99, 0.01) },
  xtc: { threshold: real(0.1, 0.01, 1, 0.01), probability: real(0.5, 0, 1, 0.05) },
  dry: {
    multiplier: real(0.8, 0, 10, 0.1),
    base: real(1.75, 1, 4, 0.05),
    allowed: whole(2, 1, 100),
    lastN: whole(-1, -1, 1000000),
    breakers: text('\\n,:,",*', 256),
  },
  repetition_penalty: { penalty: real(1.1, 0.1, 5, 0.05), ...window },
  presence_penalty: { penalty: real(0.5, -10, 10, 0.1), ...window },
  frequency_penalty: { penalty: real(0.2, -10, 10, 0.1), ...window },
  no_repeat_ngram: { n: whole(3, 1, 100) },
  logit_bias: { biases: text('', 4096) },
  bad_words: { words: text('', 4096) },
  min_new_tokens: { n: whole(32, 0, 1000000) },
  ignore_eos: {},
  grammar: {
    kind: choice('gbnf', 'gbnf', 'json_schema', 'json_schema_compact'),
    text: text('root ::= [^\\n]+', 8000, { lines: true }),
  },
};

const algorithmRows: typeof stageRows = {
  greedy: {},
  sampling: {},
  speculative: { tokens: whole(4, 1, 16) },
  multi_draft: {
    drafts: whole(3, 1, 8),
    tokens: whole(3, 1, 16),
    rule: choice(
      'best_known',
      'best_known',
      'ordered',
      'canonical',
      'k_seq',
      'recursive',
      'recursive_without',
      'top_plus_one',
    ),
  },
  prompt_lookup: { tokens: whole(8, 1, 16), ngram: whole(3, 1, 8) },
  ngram_cache: { tokens: whole(8, 1, 16), ngram: whole(4, 1, 4), dynamic: flag(true) },
  arithmetic: { codes: choice('lattice', 'lattice', 'van_der_corput', 'random') },
  beam: {
    beams: whole(4, 1, 64),
    length_penalty: real(1, -5, 5, 0.1),
    early: choice('heuristic', 'yes', 'heuristic', 'never'),
  },
  diverse_beam: {
    beams: whole(4, 1, 64),
    num_beam_groups: whole(2, 1, 64),
    diversity_penalty: real(0.5, 0, 20, 0.1),
    length_penalty: real(1, -5, 5, 0.1),
    early: choice('heuristic', 'yes', 'heuristic', 'never'),
  },
  best_of_n: { candidates: whole(8, 1, 64), penalty: real(0.5, 0, 10, 0.05) },
  contrastive: { k: whole(4, 1, 16), alpha: real(0.6, 0, 1, 0.05) },
  cfg: { guidance_scale: real(1.5, 0, 20, 0.1), negative_prompt: text('', 2000, { lines: true }) },
  contrastive_decoding: {
    alpha: real(0.1, 0, 1, 0.05),
    strength: real(1, 0, 2, 0.1),
    amateur_temperature: real(1, 0.1, 5, 0.1),
  },
  dola: { dola_layers: text('low', 80), alpha: real(0.1, 0, 1, 0.05), strength: real(1, 0, 2, 0.1) },
  cot_decoding: { k: whole(10, 1, 64), answer: choice('number', 'number', 'line', 'text'), aggregate: flag(true) },
};

/** Group of a stage; what an algorithm does with a chain, whether it keeps the distribution, whether it needs a draft. */
const groups: Readonly<Record<string, Stage['group']>> = {
  temperature: 'shape',
  dynamic_temperature: 'shape',
  smoothing: 'shape',
  top_k: 'truncate',
  top_p: 'truncate',
  min_p: 'truncate',
  top_a: 'truncate',
  typical_p: 'truncate',
  epsilon_cutoff: 'truncate',
  eta_cutoff: 'truncate',
  top_n_sigma: 'truncate',
  tail_free: 'truncate',
  top_h: 'truncate',
  mirostat: 'adaptive',
  mirostat_v2: 'adaptive',
  adaptive_p: 'adaptive',
  xtc: 'truncate',
  dry: 'penalise',
  repetition_penalty: 'penalise',
  presence_penalty: 'penalise',
  frequency_penalty: 'penalise',
  no_repeat_ngram: 'penalise',
  logit_bias: 'constrain',
  bad_words: 'constrain',
  min_new_tokens: 'constrain',
  ignore_eos: 'constrain',
  grammar: 'constrain',
};
/** Stages that can make another token the most likely one without a draw. */
const reordering = [
  'typical_p',
  'dry',
  'repetition_penalty',
  'presence_penalty',
  'frequency_penalty',
  'no_repeat_ngram',
  'logit_bias',
  'bad_words',
  'min_new_tokens',
  'ignore_eos',
  'grammar',
];
const promises: Readonly<Record<string, readonly [usesChain: boolean, keeps: boolean, draft: boolean]>> = {
  greedy: [false, false, false],
  sampling: [true, true, false],
  speculative: [true, true, true],
  multi_draft: [true, true, true],
  prompt_lookup: [true, true, false],
  ngram_cache: [true, true, false],
  arithmetic: [true, true, false],
  beam: [false, false, false],
  diverse_beam: [false, false, false],
  best_of_n: [true, false, false],
  contrastive: [false, false, false],
  cfg: [true, false, false],
  contrastive_decoding: [true, false, true],
  dola: [true, false, false],
  cot_decoding: [false, false, false],
};

/** What a field promises, without its words. */
const facts = (params: object): Record<string, Row> =>
  Object.fromEntries(
    (Object.entries(params) as [string, AnyField][]).map(([key, f]) => {
      const row = Object.fromEntries(
        Object.entries(f).filter(([name, v]) => !['label', 'help'].includes(name) && typeof v !== 'function'),
      );
      return [key, f.kind === 'choice' ? { ...row, options: f.options.map((o) => o.value) } : row];
    }),
  );

describe.each([
  ['stage', stages, stageRows],
  ['algorithm', algorithms, algorithmRows],
] as const)('every %s', (_, registry, rows) => {
  test('has its row, in the order of the menu', () => expect(Object.keys(registry)).toEqual(Object.keys(rows)));
  test.each(Object.entries(registry) as [string, Stage | Algorithm][])(
    '%s: every parameter has its published default and range',
    (id, { params }) => {
      expect(facts(params)).toEqual(rows[id]);
      expect(Object.keys(params)).toEqual(Object.keys(rows[id]!));
      for (const field of Object.values(params) as AnyField[]) {
        expect(field.label.length).toBeGreaterThan(0);
        expect(field.help).toMatch(/\.$/);
      }
    },
  );
});

test('the groups of the stages and the promises of the algorithms', () => {
  expect(Object.fromEntries(Object.values(stages).map((s: Stage) => [s.id, s.group]))).toEqual(groups);
  expect(
    Object.fromEntries(
      Object.values(algorithms).map((a: Algorithm) => [
        a.id,
        [a.usesChain, a.preservesDistribution, a.needsDraft ?? false],
      ]),
    ),
  ).toEqual(promises);
  expect(Object.values(stages).flatMap((s: Stage) => (s.reorders ? [s.id] : []))).toEqual(reordering);
  expect(Object.values(algorithms).flatMap((a: Algorithm) => (a.takesReordering ? [a.id] : []))).toEqual([
    'greedy',
    'beam',
    'diverse_beam',
    'contrastive',
    'cot_decoding',
  ]);
});
