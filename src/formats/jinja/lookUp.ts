// obj.name and obj[key] as Jinja's sandbox looks them up.
import { JinjaError } from './error.ts';
import { braces } from './format.ts';
import { stringMethods } from './strings.ts';
import {
  Attributes,
  Callable,
  equal,
  isDict,
  isList,
  isWhole,
  iterate,
  keyIn,
  Tuple,
  typeName,
  Undefined,
  undefinedError,
  type Dict,
  type Value,
} from './values.ts';

/** Methods that would change a value, which the sandbox forbids. */
const CHANGING = new Set([
  'append',
  'extend',
  'insert',
  'remove',
  'clear',
  'pop',
  'sort',
  'reverse',
  'update',
  'setdefault',
  'popitem',
]);
const forbidden = (name: string, of: Value) =>
  new JinjaError(`it calls .${name}() of a ${typeName(of)}, which would change it and is forbidden in chat templates`);

function dictMethod(of: Dict, name: string): Value | undefined {
  switch (name) {
    case 'items':
      return new Callable(name, () => [...of].map((pair) => new Tuple(pair)));
    case 'keys':
      return new Callable(name, () => [...of.keys()]);
    case 'values':
      return new Callable(name, () => [...of.values()]);
    case 'copy':
      return new Callable(name, () => new Map(of));
    case 'get':
      return new Callable(name, ([key, otherwise]) => of.get(keyIn(of, key ?? null)) ?? otherwise ?? null);
    default:
      return undefined;
  }
}
function listMethod(of: readonly Value[], name: string): Value | undefined {
  if (name === 'count') return new Callable(name, ([what]) => of.filter((v) => equal(v, what ?? null)).length);
  if (name !== 'index') return undefined;
  return new Callable(name, ([what]) => {
    const at = of.findIndex((v) => equal(v, what ?? null));
    if (at < 0) throw new JinjaError('the value is not in the list');
    return at;
  });
}
function method(of: Value, name: string): Value | undefined {
  if (typeof of === 'string') {
    if (name === 'format') return new Callable(name, (args, named) => braces(of, args, named, lookUp));
    const found = Object.hasOwn(stringMethods, name) ? stringMethods[name] : undefined;
    return found && new Callable(name, (args, named) => found(of, args, named));
  }
  if (of instanceof Attributes) return of.values.get(name);
  if ((isDict(of) || isList(of)) && CHANGING.has(name))
    return new Callable(name, () => {
      throw forbidden(name, of);
    });
  if (isDict(of)) return dictMethod(of, name);
  return isList(of) || of instanceof Tuple ? listMethod(iterate(of), name) : undefined;
}

const missing = (of: Value, name: string) =>
  new Undefined(`'${typeName(of)} object' has no attribute '${name}', which`);

function attribute(of: Value, name: string): Value {
  if (of instanceof Undefined) throw undefinedError(of);
  const own = isDict(of) ? of.get(name) : undefined;
  return method(of, name) ?? own ?? missing(of, name);
}
function item(of: Value, key: Value): Value {
  if (of instanceof Undefined) throw undefinedError(of);
  if (isDict(of)) {
    const found = of.get(keyIn(of, key));
    if (found !== undefined) return found;
  } else if (isWhole(key) && (isList(of) || of instanceof Tuple || typeof of === 'string')) {
    const all = iterate(of);
    const at = Number(key);
    const found = all[at < 0 ? at + all.length : at];
    return found ?? new Undefined(`element ${at} of a ${typeName(of)} of ${all.length}`);
  }
  return typeof key === 'string' ? (method(of, key) ?? missing(of, key)) : missing(of, String(key));
}
export const lookUp = { attribute, item };

/** obj[start:stop:step]. */
export function slice(of: Value, start: Value, stop: Value, step: Value): Value {
  if (of instanceof Undefined) throw undefinedError(of);
  const all = typeof of === 'string' || isList(of) || of instanceof Tuple ? iterate(of) : null;
  if (!all) throw new JinjaError(`'${typeName(of)}' object cannot be cut with a slice`);
  const whole = (v: Value): number | null => {
    if (v === null) return null;
    if (isWhole(v)) return Number(v);
    throw new JinjaError(`slice indices must be integers or None, not ${typeName(v)}`);
  };
  const by = whole(step) ?? 1;
  if (by === 0) throw new JinjaError('slice step cannot be zero');
  const n = all.length;
  const place = (v: number | null, otherwise: number): number => {
    if (v === null) return otherwise;
    const at = v < 0 ? v + n : v;
    return by > 0 ? Math.max(0, Math.min(n, at)) : Math.max(-1, Math.min(n - 1, at));
  };
  const from = place(whole(start), by > 0 ? 0 : n - 1);
  const to = place(whole(stop), by > 0 ? n : -1);
  const out: Value[] = [];
  for (let i = from; by > 0 ? i < to : i > to; i += by) out.push(all[i]!);
  if (typeof of === 'string') return out.join('');
  return of instanceof Tuple ? new Tuple(out) : out;
}
