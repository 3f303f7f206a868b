// A value of a view that compares rows: a model, some fields, and methods with their parameters. Its text is
// `grid4;n:64;m:sds;m:vsd:critic=gaussian`. Any text gives a value and the list of what was refused; what is at its default
// is left out and the order is fixed, so equal values read alike.
import { defaults, numberDemand, type AnyField, type ParamValue } from '../../../core/field.ts';
import type { Refusal } from '../../../core/refusal.ts';

export type Params = Readonly<Record<string, ParamValue>>;
export type FieldTable = Readonly<Record<string, AnyField>>;
export interface RowedRow {
  readonly method: string;
  readonly params: Params;
}
export interface Rowed {
  readonly model: string;
  readonly values: Params;
  readonly rows: readonly RowedRow[];
}
export interface ReadRowed {
  readonly setup: Rowed;
  readonly fingerprint: string | null;
  readonly refusals: readonly Refusal[];
}

/** What a number of a result says; `better` is where a best can be told. */
export interface Figure {
  readonly title: string;
  readonly help: string;
  readonly better: 'lower' | 'higher' | null;
}
export interface RowedMethod {
  readonly title: string;
  readonly summary: string;
  readonly paper: { readonly title: string; readonly url: string };
}

/** What tells such views apart: all that a link, its controls and its files need. */
export interface RowedKind {
  /** As files and the library call what is run. */
  readonly title: string;
  readonly models: readonly { readonly id: string; readonly title: string; readonly summary: string }[];
  /** The shared fields, by the keys of the link and in their order. */
  fields(model: string): FieldTable;
  readonly methods: readonly string[];
  method(id: string): RowedMethod;
  /** A row's parameters. */
  rowFields(method: string, model: string): FieldTable;
  /** Whether a row's others leave a parameter a meaning. */
  means(row: RowedRow, key: string): boolean;
  defaultRows(model: string): readonly RowedRow[];
  readonly mostRows: number;
  readonly figures: Readonly<Record<string, Figure>>;
}

const start = (fields: FieldTable): Params => defaults(fields as never) as Params;
export const newRow = (kind: RowedKind, model: string, method: string, params: Params = {}): RowedRow => ({
  method,
  params: { ...start(kind.rowFields(method, model)), ...params },
});
export const defaultRowed = (kind: RowedKind, model = kind.models[0]!.id): Rowed => ({
  model,
  values: start(kind.fields(model)),
  rows: kind.defaultRows(model),
});

const changed = (fields: FieldTable, values: Params) =>
  Object.entries(fields).filter(([key, field]) => values[key] !== undefined && values[key] !== field.default);
/** A row as the text has it. */
export const formatRow = (kind: RowedKind, model: string, { method, params }: RowedRow): string =>
  [
    `m:${method}`,
    ...changed(kind.rowFields(method, model), params).map(([key, f]) => `${key}=${f.format(params[key] as never)}`),
  ].join(':');

export function formatRowed(kind: RowedKind, s: Rowed, fingerprint: string | null = null): string {
  const rows = s.rows.map((row) => formatRow(kind, s.model, row));
  const usual = kind.defaultRows(s.model).map((row) => formatRow(kind, s.model, row));
  return [
    s.model,
    ...changed(kind.fields(s.model), s.values).map(([key, f]) => `${key}:${f.format(s.values[key] as never)}`),
    ...(rows.join(';') === usual.join(';') ? [] : rows),
    ...(fingerprint ? [`fp:${fingerprint}`] : []),
  ].join(';');
}

/** What a field takes, in words. */
function demandOf(field: AnyField): string {
  if (field.kind === 'number') return `it must be ${numberDemand(field)}`;
  if (field.kind === 'choice') return `it is one of ${field.options.map((o) => o.value).join(', ')}`;
  return field.kind === 'boolean' ? 'it is 0 or 1' : 'it cannot be that';
}

type Refuse = (where: string, value: string, because: string, used: string) => void;
const cutAt = (text: string, mark: string): readonly [string, string] => {
  const cut = text.indexOf(mark);
  return cut < 0 ? [text, ''] : [text.slice(0, cut), text.slice(cut + 1)];
};
/** The values that pairs of a key and a text give; those that cannot be used are refused. */
function read(
  pairs: readonly (readonly [string, string])[],
  fields: FieldTable,
  whose: string,
  refuse: Refuse,
): Params {
  const found: Record<string, ParamValue> = {};
  for (const [key, text] of pairs) {
    const field = Object.hasOwn(fields, key) ? fields[key]! : null;
    const value = field?.parse(text);
    if (!field) refuse(whose, key, `'${key.slice(0, 40)}' means nothing here`, 'left out');
    else if (value === undefined) refuse(field.label, text, demandOf(field), field.format(field.default as never));
    else found[key] = value;
  }
  return found;
}

/** Reads a text. Total: never throws. */
export function parseRowed(kind: RowedKind, text: string): ReadRowed {
  const refusals: Refusal[] = [];
  const refuse: Refuse = (where, value, because, used) =>
    void refusals.push({ where, value: value.slice(0, 80), because, used });
  const [modelText = '', ...parts] = text.split(';');
  const known = kind.models.find(({ id }) => id === modelText);
  const model = (known ?? kind.models[0]!).id;
  if (!known) refuse('model', modelText, 'there is no such model here', kind.models[0]!.title);
  const rows: RowedRow[] = [];
  const pairs: (readonly [string, string])[] = [];
  let fingerprint: string | null = null;
  let asked = 0;
  for (const [key, value] of parts.filter((p) => p !== '').map((p) => cutAt(p, ':'))) {
    if (key === 'fp') fingerprint = value;
    else if (key !== 'm') pairs.push([key, value]);
    else if (++asked > kind.mostRows) refuse('methods', value, `at most ${kind.mostRows} are compared`, 'left out');
    else {
      const [method = '', ...rest] = value.split(':');
      if (!kind.methods.includes(method)) refuse(`method ${asked}`, method, 'there is no such method', 'left out');
      else {
        const fields = kind.rowFields(method, model);
        const given = rest.map((pair) => cutAt(pair, '='));
        rows.push(newRow(kind, model, method, read(given, fields, `method ${asked}`, refuse)));
      }
    }
  }
  const values = { ...start(kind.fields(model)), ...read(pairs, kind.fields(model), kind.title, refuse) };
  return { setup: { model, values, rows: rows.length > 0 ? rows : kind.defaultRows(model) }, fingerprint, refusals };
}

/** The value on another model: what its fields take as well is kept, and so are rows that were not the usual ones. */
export function onModel(kind: RowedKind, s: Rowed, model: string): Rowed {
  const kept = (fields: FieldTable, old: FieldTable, values: Params): Params =>
    Object.fromEntries(
      changed(old, values).flatMap(([key, was]) => {
        const value = Object.hasOwn(fields, key) ? fields[key]!.parse(was.format(values[key] as never)) : undefined;
        return value === undefined ? [] : [[key, value]];
      }),
    );
  const base = defaultRowed(kind, model);
  const usual = formatRowed(kind, { ...defaultRowed(kind, s.model), rows: s.rows }) === s.model;
  const rows = s.rows.map(({ method, params }) =>
    newRow(kind, model, method, kept(kind.rowFields(method, model), kind.rowFields(method, s.model), params)),
  );
  return {
    model,
    values: { ...base.values, ...kept(kind.fields(model), kind.fields(s.model), s.values) },
    rows: usual ? base.rows : rows,
  };
}

const short = (field: AnyField, value: ParamValue): string =>
  field.kind === 'choice'
    ? (field.options.find((o) => o.value === value)?.label ?? String(value))
    : `${field.label} ${field.format(value as never)}`;
/** The parameters that mean something in a row, with their fields. */
export const shownFields = (kind: RowedKind, model: string, row: RowedRow): readonly (readonly [string, AnyField])[] =>
  Object.entries(kind.rowFields(row.method, model)).filter(([key]) => kind.means(row, key));
/** "VSD, Gaussian critic": the method, and what of it is not as usual or tells it from the other rows. */
export function titleOf(kind: RowedKind, { model, rows }: Pick<Rowed, 'model' | 'rows'>, index: number): string {
  const row = rows[index]!;
  const told = shownFields(kind, model, row).filter(([key, field]) => {
    const value = row.params[key] ?? field.default;
    const others = rows.filter((r) => r.method === row.method && kind.means(r, key));
    return value !== field.default || others.some((r) => (r.params[key] ?? field.default) !== value);
  });
  return [kind.method(row.method).title, ...told.map(([key, f]) => short(f, row.params[key] ?? f.default))].join(', ');
}
/** The shared values in a line. */
export const lineOf = (kind: RowedKind, { model, values }: Rowed): string =>
  Object.entries(kind.fields(model))
    .map(([key, field]) => {
      const said = short(field, values[key] ?? field.default);
      return field.kind === 'choice' ? `${field.label} ${said}` : said;
    })
    .join(', ');
