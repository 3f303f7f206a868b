// The filters of Jinja that take or make lists.
import { JinjaError } from './error.ts';
import { lookUp } from './lookUp.ts';
import {
  Attributes,
  compare,
  equal,
  Float,
  isDict,
  isList,
  isNumber,
  isWhole,
  iterate,
  numberOf,
  str,
  truthy,
  Tuple,
  typeName,
  Undefined,
  undefinedError,
  type Named,
  type Value,
} from './values.ts';

export type Filter = (v: Value, args: readonly Value[], named: Named, apply: Apply) => Value;
/** What a filter asks of the template's other filters and tests. */
export interface Apply {
  filter(name: string, v: Value, args: readonly Value[], named: Named): Value;
  test(name: string, v: Value, args: readonly Value[]): boolean;
}

/** An argument by its place or its name. */
export const argument = (args: readonly Value[], named: Named, at: number, name: string, otherwise: Value): Value =>
  args[at] ?? named.get(name) ?? otherwise;

/** What an attribute path ("a.b.0") finds in each item. */
function getter(path: Value, otherwise?: Value): (v: Value) => Value {
  const steps: Value[] =
    typeof path === 'string' ? path.split('.').map((p) => (/^\d+$/.test(p) ? Number(p) : p)) : [path];
  return (v) => {
    let now = v;
    for (const step of steps) {
      now = lookUp.item(now, step);
      if (now instanceof Undefined && otherwise !== undefined) return otherwise;
    }
    return now;
  };
}
const folded = (v: Value): Value => (typeof v === 'string' ? v.toLowerCase() : v);
const keyOf = (args: readonly Value[], named: Named, cased: number, attribute: number) => {
  const exact = truthy(argument(args, named, cased, 'case_sensitive', false));
  const path = argument(args, named, attribute, 'attribute', null);
  const get = path === null ? (v: Value) => v : getter(path);
  return (v: Value): Value => (exact ? get(v) : folded(get(v)));
};
const sorted = (list: readonly Value[], key: (v: Value) => Value, reverse: boolean): Value[] => {
  const keyed = list.map((v, i) => ({ v, i, k: key(v) }));
  keyed.sort((a, b) => (reverse ? compare(b.k, a.k) : compare(a.k, b.k)) || a.i - b.i);
  return keyed.map(({ v }) => v);
};

/** select, reject and their forms with an attribute. */
const chosen =
  (wanted: boolean, withAttribute: boolean): Filter =>
  (v, args, _, apply) => {
    const get = withAttribute ? getter(args[0] ?? null) : (x: Value) => x;
    const [name, ...rest] = withAttribute ? args.slice(1) : args;
    if (name !== undefined && typeof name !== 'string') throw new JinjaError('a test is named by a text');
    const test = (x: Value) => (name === undefined ? truthy(x) : apply.test(name, x, rest));
    return iterate(v).filter((x) => test(get(x)) === wanted);
  };

function mapped(v: Value, args: readonly Value[], named: Named, apply: Apply): Value {
  const attribute = named.get('attribute');
  if (attribute !== undefined) return iterate(v).map(getter(attribute, named.get('default')));
  const [name, ...rest] = args;
  if (typeof name !== 'string') throw new JinjaError('map requires a filter argument');
  return iterate(v).map((x) => apply.filter(name, x, rest, named));
}

/** Lists of `size`, the last one filled up where there is something to fill it with. */
function batch(v: Value, args: readonly Value[], named: Named): Value {
  const size = argument(args, named, 0, 'linecount', 1);
  const fill = argument(args, named, 1, 'fill_with', null);
  if (!isWhole(size) || Number(size) < 1) throw new JinjaError('batch needs a whole number from 1 on');
  const all = iterate(v);
  const out: Value[][] = [];
  for (let i = 0; i < all.length; i += Number(size)) out.push(all.slice(i, i + Number(size)));
  const last = out.at(-1);
  while (last && fill !== null && last.length < Number(size)) last.push(fill);
  return out;
}

function groups(v: Value, args: readonly Value[], named: Named): Value {
  const key = getter(argument(args, named, 0, 'attribute', null), named.get('default'));
  const exact = truthy(argument(args, named, 2, 'case_sensitive', false));
  const by = (x: Value) => (exact ? key(x) : folded(key(x)));
  const out: { key: Value; list: Value[] }[] = [];
  for (const x of sorted(iterate(v), by, false)) {
    const last = out.at(-1);
    if (last && equal(by(last.list[0]!), by(x))) last.list.push(x);
    else out.push({ key: key(x), list: [x] });
  }
  return out.map(
    (g) =>
      new Attributes(
        'group',
        new Map<string, Value>([
          ['grouper', g.key],
          ['list', g.list],
        ]),
      ),
  );
}

function extreme(v: Value, args: readonly Value[], named: Named, sign: number): Value {
  const all = iterate(v);
  if (all.length === 0) return new Undefined('the least or greatest of nothing');
  const key = keyOf(args, named, 0, 1);
  return all.reduce((best, x) => (sign * compare(key(x), key(best)) > 0 ? x : best));
}

export const listFilters: Readonly<Record<string, Filter>> = {
  attr: (v, [name]) =>
    isDict(v) ? new Undefined(`${str(name ?? null)}, which`) : lookUp.attribute(v, str(name ?? null)),
  batch,
  dictsort: (v, args, named) => {
    if (!isDict(v)) throw new JinjaError(`dictsort needs a dictionary, not ${typeName(v)}`);
    const place = argument(args, named, 1, 'by', 'key') === 'value' ? 1 : 0;
    const exact = truthy(argument(args, named, 0, 'case_sensitive', false));
    const key = (x: Value) => (exact ? (x as Tuple).items[place]! : folded((x as Tuple).items[place]!));
    return sorted(
      [...v].map((pair) => new Tuple(pair)),
      key,
      truthy(argument(args, named, 2, 'reverse', false)),
    );
  },
  first: (v) => iterate(v)[0] ?? new Undefined('the first of nothing'),
  last: (v) => iterate(v).at(-1) ?? new Undefined('the last of nothing'),
  groupby: groups,
  join: (v, args, named) => {
    const path = argument(args, named, 1, 'attribute', null);
    const items = path === null ? iterate(v) : iterate(v).map(getter(path));
    return items.map(str).join(str(argument(args, named, 0, 'd', '')));
  },
  list: (v) => [...iterate(v)],
  map: mapped,
  max: (v, args, named) => extreme(v, args, named, 1),
  min: (v, args, named) => extreme(v, args, named, -1),
  select: chosen(true, false),
  reject: chosen(false, false),
  selectattr: chosen(true, true),
  rejectattr: chosen(false, true),
  reverse: (v) => (typeof v === 'string' ? Array.from(v).reverse().join('') : iterate(v).toReversed()),
  slice: (v, args, named) => {
    const count = Number(argument(args, named, 0, 'slices', 1));
    const all = iterate(v);
    if (!(count >= 1) || count > 1e5) throw new JinjaError('slice needs a whole number from 1 on');
    const [each, more] = [Math.floor(all.length / count), all.length % count];
    return Array.from({ length: count }, (_, i) =>
      all.slice(i * each + Math.min(i, more), (i + 1) * each + Math.min(i + 1, more)),
    );
  },
  sort: (v, args, named) =>
    sorted(iterate(v), keyOf(args, named, 1, 2), truthy(argument(args, named, 0, 'reverse', false))),
  sum: (v, args, named) => {
    const path = argument(args, named, 0, 'attribute', null);
    const items = path === null ? iterate(v) : iterate(v).map(getter(path));
    const start = argument(args, named, 1, 'start', 0);
    const all = [start, ...items];
    if (all.every(isList)) return all.flat() as readonly Value[];
    if (!all.every(isNumber)) {
      const bad = all.find((x) => !isNumber(x))!;
      throw bad instanceof Undefined ? undefinedError(bad) : new JinjaError(`it sums a ${typeName(bad)}`);
    }
    const total = all.reduce<number>((n, x) => n + numberOf(x as number), 0);
    return all.some((x) => x instanceof Float) ? new Float(total) : total;
  },
  unique: (v, args, named) => {
    const key = keyOf(args, named, 0, 1);
    const seen: Value[] = [];
    return iterate(v).filter((x) => {
      const k = key(x);
      if (seen.some((s) => equal(s, k))) return false;
      seen.push(k);
      return true;
    });
  },
};
