// + − * / // % ** and ~ as Python has them.
import { JinjaError } from './error.ts';
import { percent } from './format.ts';
import { contains } from './tests.ts';
import {
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
  Tuple,
  typeName,
  Undefined,
  undefinedError,
  type Value,
} from './values.ts';

const unsupported = (op: string, a: Value, b: Value) =>
  new JinjaError(`unsupported operand type(s) for ${op}: '${typeName(a)}' and '${typeName(b)}'`);

function arithmetic(op: string, a: number, b: number): number {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '//':
      return Math.floor(a / b);
    case '%':
      return a - b * Math.floor(a / b);
    default:
      return a ** b;
  }
}

/** `made` is told how large a text or list would become before it is made. */
export function binary(op: string, a: Value, b: Value, made: (size: number) => void): Value {
  if (op === '~') {
    const [p, q] = [str(a), str(b)];
    made(p.length + q.length);
    return p + q;
  }
  if (a instanceof Undefined) throw undefinedError(a);
  if (op === '%' && typeof a === 'string') {
    if (b instanceof Undefined) throw undefinedError(b);
    return percent(a, b instanceof Tuple ? b.items : [b], b);
  }
  if (b instanceof Undefined) throw undefinedError(b);
  if (isNumber(a) && isNumber(b)) {
    const [p, q] = [numberOf(a), numberOf(b)];
    if (q === 0 && (op === '/' || op === '//' || op === '%')) throw new JinjaError('division by zero');
    const value = arithmetic(op, p, q);
    const whole = isWhole(a) && isWhole(b) && op !== '/' && !(op === '**' && q < 0);
    return whole ? value : new Float(value);
  }
  if (op === '+') return joined(a, b, made);
  if (op === '*') return repeated(a, b, made) ?? repeated(b, a, made) ?? fail(op, a, b);
  throw unsupported(op, a, b);
}
const fail = (op: string, a: Value, b: Value): never => {
  throw unsupported(op, a, b);
};

function joined(a: Value, b: Value, made: (size: number) => void): Value {
  if (typeof a === 'string' && typeof b === 'string') {
    made(a.length + b.length);
    return a + b;
  }
  if (typeof a === 'string') throw new JinjaError(`can only concatenate str (not "${typeName(b)}") to str`);
  if ((isList(a) && isList(b)) || (a instanceof Tuple && b instanceof Tuple)) {
    const [p, q] = [iterate(a), iterate(b)];
    made(p.length + q.length);
    return isList(a) ? [...p, ...q] : new Tuple([...p, ...q]);
  }
  throw unsupported('+', a, b);
}
function repeated(of: Value, times: Value, made: (size: number) => void): Value | null {
  if (!isWhole(times) || isDict(of) || !(typeof of === 'string' || isList(of) || of instanceof Tuple)) return null;
  const n = Math.max(0, Number(times));
  if (typeof of === 'string') {
    made(of.length * n);
    return of.repeat(n);
  }
  const items = iterate(of);
  made(items.length * n);
  const all = Array.from({ length: n }, () => items).flat();
  return isList(of) ? all : new Tuple(all);
}

/** a == b, a in b, a < b, … */
export function holds(op: string, a: Value, b: Value): boolean {
  switch (op) {
    case '==':
      return equal(a, b);
    case '!=':
      return !equal(a, b);
    case 'in':
      return contains(b, a);
    case 'not in':
      return !contains(b, a);
    case '<':
      return compare(a, b) < 0;
    case '<=':
      return compare(a, b) <= 0;
    case '>':
      return compare(a, b) > 0;
    default:
      return compare(a, b) >= 0;
  }
}
