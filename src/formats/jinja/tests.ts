// The tests of Jinja: `x is defined`, `n is divisibleby 3`.
import { JinjaError } from './error.ts';
import {
  Callable,
  compare,
  equal,
  Float,
  isDict,
  isList,
  isNumber,
  iterate,
  numberOf,
  Tuple,
  Undefined,
  type Value,
} from './values.ts';

type Test = (v: Value, args: readonly Value[]) => boolean;
const other = (args: readonly Value[]): Value => {
  if (args[0] === undefined) throw new JinjaError('a test lacks what it compares with');
  return args[0];
};
const wholeNumber = (v: Value): number => {
  if (!isNumber(v)) throw new JinjaError('a test of numbers is put to something else');
  return numberOf(v);
};
const remainder = (v: Value, by: number): number => {
  if (by === 0) throw new JinjaError('division by zero');
  return ((wholeNumber(v) % by) + by) % by;
};
export const contains = (all: Value, what: Value): boolean => {
  if (typeof all === 'string') {
    if (typeof what !== 'string') throw new JinjaError("'in <string>' requires string as left operand");
    return all.includes(what);
  }
  if (isDict(all)) return [...all.keys()].some((key) => equal(key, what));
  return iterate(all).some((v) => equal(v, what));
};
const sequence = (v: Value) => typeof v === 'string' || isList(v) || v instanceof Tuple || isDict(v);
const same = (a: Value, b: Value) => a === b || (a instanceof Undefined && b instanceof Undefined);
const eq: Test = (v, args) => equal(v, other(args));
const ne: Test = (v, args) => !equal(v, other(args));
const lt: Test = (v, args) => compare(v, other(args)) < 0;
const le: Test = (v, args) => compare(v, other(args)) <= 0;
const gt: Test = (v, args) => compare(v, other(args)) > 0;
const ge: Test = (v, args) => compare(v, other(args)) >= 0;

export const tests: Readonly<Record<string, Test>> = {
  defined: (v) => !(v instanceof Undefined),
  undefined: (v) => v instanceof Undefined,
  none: (v) => v === null,
  boolean: (v) => typeof v === 'boolean',
  true: (v) => v === true,
  false: (v) => v === false,
  string: (v) => typeof v === 'string',
  number: (v) => isNumber(v),
  integer: (v) => typeof v === 'number',
  float: (v) => v instanceof Float,
  mapping: (v) => isDict(v),
  sequence,
  iterable: (v) => sequence(v) || v instanceof Undefined,
  callable: (v) => v instanceof Callable,
  even: (v) => remainder(v, 2) === 0,
  odd: (v) => remainder(v, 2) === 1,
  divisibleby: (v, args) => remainder(v, wholeNumber(other(args))) === 0,
  lower: (v) => typeof v === 'string' && v === v.toLowerCase() && v !== v.toUpperCase(),
  upper: (v) => typeof v === 'string' && v === v.toUpperCase() && v !== v.toLowerCase(),
  in: (v, args) => contains(other(args), v),
  sameas: (v, args) => same(v, other(args)),
  escaped: () => false,
  eq,
  equalto: eq,
  '==': eq,
  ne,
  '!=': ne,
  lt,
  lessthan: lt,
  '<': lt,
  le,
  '<=': le,
  gt,
  greaterthan: gt,
  '>': gt,
  ge,
  '>=': ge,
};
