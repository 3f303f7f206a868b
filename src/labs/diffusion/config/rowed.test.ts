import { describe, expect, test } from 'vitest';
import type { ParamValue } from '../../../core/field.ts';
import { formatExperiment, parseExperiment } from './codec.ts';
import { discreteKind } from './discreteKind.ts';
import { distilKind } from './distilKind.ts';
import { defaultRowed, formatRowed, lineOf, newRow, onModel, parseRowed, titleOf, type RowedKind } from './rowed.ts';
import { sequenceKind } from './sequenceKind.ts';
import { ROWED_VIEWS, type RowedView } from './rowedViews.ts';

const kinds: Readonly<Record<RowedView, RowedKind>> = {
  distil: distilKind,
  sequences: sequenceKind,
  discrete: discreteKind,
};
const read = (kind: RowedKind, text: string) => {
  const { setup, refusals } = parseRowed(kind, text);
  expect(refusals).toEqual([]);
  return setup;
};

describe.each(ROWED_VIEWS)('the text of %s', (view) => {
  const kind = kinds[view];
  test.each(kind.models.map(({ id }) => id))('defaults on %s are its name alone, and have rows', (model) => {
    const setup = defaultRowed(kind, model);
    expect(formatRowed(kind, setup)).toBe(model);
    expect(read(kind, model)).toEqual(setup);
    expect(setup.rows.length).toBeGreaterThan(0);
    expect(setup.rows.length).toBeLessThanOrEqual(kind.mostRows);
    expect(lineOf(kind, setup)).toMatch(/Seed 0/);
    const titles = setup.rows.map((_, i) => titleOf(kind, setup, i));
    expect(new Set(titles).size).toBe(titles.length);
  });
  test('every method with every parameter goes through it, and through a link that leaves its marks readable', () => {
    const model = kind.models[0]!.id;
    const base = defaultRowed(kind, model);
    for (const method of kind.methods.slice(0, 40)) {
      const fields = Object.entries(kind.rowFields(method, model));
      const params = Object.fromEntries(
        fields.flatMap(([key, f]): [string, ParamValue][] => {
          if (f.kind === 'number') return [[key, f.default === f.max ? f.min : f.max]];
          return f.kind === 'choice' ? [[key, f.options.at(-1)!.value]] : [];
        }),
      );
      const setup = { ...base, rows: [newRow(kind, model, method, params)] };
      const text = formatRowed(kind, setup);
      expect(read(kind, text)).toEqual(setup);
      expect(parseRowed(kind, formatRowed(kind, setup, '1.abc')).fingerprint).toBe('1.abc');
      const hash = formatExperiment(parseExperiment('').experiment, null, undefined, null, null, null, { view, text });
      expect(hash).toBe(`${view}=${text}`);
      expect(parseExperiment(hash)).toMatchObject({ rowed: { view, text }, refusals: [] });
    }
  });
  test.each(['', ';;;', 'x;m:', 'x;m:__proto__:1', 'm:constructor;__proto__:1', '\u{1f4a5};:=', ';m::::=:;n:1:2:3'])(
    'no text throws: %s',
    (text) => {
      const { setup, refusals } = parseRowed(kind, text);
      expect(refusals.length).toBeGreaterThan(0);
      expect(read(kind, formatRowed(kind, setup)).rows.length).toBeGreaterThan(0);
    },
  );
});

test.each([
  ['nowhere', /no such model/],
  ['grid4;n:0', /whole number from 1 to 512/],
  ['grid4;ref:9', /one of 0, 1, 2, 3/],
  ['moons;ref:0', /'ref' means nothing here/],
  ['digits;class:eleven', /one of all, 0/],
  ['grid4;m:dream', /no such method/],
  ['grid4;m:vsd:critic=lora', /one of gaussian, empirical/],
  ['grid4;m:sds:bandwidth=1', /'bandwidth' means nothing/],
  ['grid4;m:sds:rate=fast', /number from 0.0001 to 1/],
  [`grid4${';m:sds'.repeat(7)}`, /at most 6/],
])('%s is refused in words', (text, because) => {
  const { refusals } = parseRowed(distilKind, text);
  expect(refusals.map((r) => r.because).join()).toMatch(because);
});

test('another model keeps what it can', () => {
  const setup = read(distilKind, 'grid4;n:20;steps:50;ref:3;m:sds:rate=0.5;m:isd');
  const other = onModel(distilKind, setup, 'unbalanced');
  expect(formatRowed(distilKind, other)).toBe('unbalanced;n:20;steps:50;ref:3;m:sds:rate=0.5;m:isd');
  expect(formatRowed(distilKind, onModel(distilKind, setup, 'moons'))).toBe('moons;n:20;steps:50;m:sds:rate=0.5;m:isd');
  expect(onModel(distilKind, defaultRowed(distilKind, 'grid4'), 'moons')).toEqual(defaultRowed(distilKind, 'moons'));
  expect(onModel(distilKind, defaultRowed(distilKind, 'moons'), 'digits').rows.map((r) => r.method)).toContain('isd');
});
test('rows are titled by what tells them apart', () => {
  const setup = read(distilKind, 'grid4;m:sds;m:vsd:critic=gaussian;m:vsd;m:sds:window=7');
  expect(setup.rows.map((_, i) => titleOf(distilKind, setup, i))).toEqual([
    'SDS, window 1',
    'VSD, Gaussian critic',
    'VSD, empirical critic',
    'SDS, window 7',
  ]);
});

test.each([
  ['grid4', /no such model/],
  ['scene;frames:1', /whole number from 2 to 32/],
  ['scene;m:eulr', /no such method/],
  ['scene;m:euler:w=99', /whole number from 0 to 31/],
  ['moving;m:euler:schedule=best', /one of karras/],
])('of sequences %s is refused in words', (text, because) => {
  const { refusals } = parseRowed(sequenceKind, text);
  expect(refusals.map((r) => r.because).join()).toMatch(because);
});

test.each([
  ['grid4', /no such model/],
  ['ring;process:masks', /one of uniform, absorbing/],
  ['ring;m:euler:steps=33', /whole number from 1 to 32/],
  ['ring;m:euler:distance=squared', /'distance' means nothing/],
  ['ring;m:lsd:distance=l2', /one of entropy, squared/],
])('of discrete diffusion %s is refused in words', (text, because) => {
  const { refusals } = parseRowed(discreteKind, text);
  expect(refusals.map((r) => r.because).join()).toMatch(because);
});
