// The values of an axis as a reader types them: `1, 2, .., 10`, `4, 8, ..*, 64`, or any texts.

/** Values that an axis can have. */
export const MAX_VALUES = 1000;

/** A list of texts, or why it is none, as a sentence. */
export type Values = { readonly values: readonly string[] } | { readonly refused: string };

/** Cut at commas outside brackets, or at `||` where there is one, so that any text can be a value. */
function pieces(text: string): string[] {
  if (text.includes('||')) {
    const cut = text.split('||').map((t) => t.trim());
    return cut.at(-1) === '' ? cut.slice(0, -1) : cut; // one value alone is written with the sign after it
  }
  const out: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = text[i];
    if (c === '(' || c === '[') depth++;
    else if (c === ')' || c === ']') depth = Math.max(0, depth - 1);
    else if (c === undefined || (c === ',' && depth === 0)) {
      out.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  return out;
}

const decimals = (text: string): number => {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent));
};
const numeric = (text: string | undefined): text is string =>
  text !== undefined && text !== '' && Number.isFinite(Number(text));

/** What stands between b and c when a, b are the last two values: equal steps, or equal factors for `..*`. */
function between(a: string, b: string, c: string, factors: boolean): Values {
  const [from, next, to] = [Number(a), Number(b), Number(c)];
  const rule = factors ? `${a}, ${b}, ..*, ${c}` : `${a}, ${b}, .., ${c}`;
  const stride = factors ? next / from : next - from;
  const stands = factors ? !(stride > 0) || stride === 1 : stride === 0;
  if (stands || (factors && to / from <= 0))
    return { refused: `'${rule}' does not move: ${a} and ${b} give no ${factors ? 'factor' : 'step'}.` };
  const count = factors ? Math.log(to / next) / Math.log(stride) : (to - next) / stride;
  const whole = Math.round(count);
  if (count < 0) return { refused: `'${rule}' runs away from ${c}.` };
  if (Math.abs(count - whole) > 1e-6) {
    const at = (k: number) => plain(factors ? next * stride ** k : next + k * stride);
    return { refused: `'${rule}' misses ${c}: it passes ${at(Math.floor(count))} and ${at(Math.floor(count) + 1)}.` };
  }
  if (whole > MAX_VALUES) return { refused: `'${rule}' has ${whole} values; an axis takes at most ${MAX_VALUES}.` };
  const digits = Math.max(decimals(a), decimals(b), decimals(c));
  return {
    values: Array.from({ length: Math.max(0, whole - 1) }, (_, k) =>
      factors ? plain(next * stride ** (k + 1)) : String(Number((next + (k + 1) * stride).toFixed(digits))),
    ),
  };
}

/** A number as short as twelve digits allow. */
const plain = (v: number): string => String(Number(v.toPrecision(12)));

/**
 * Reads the values of an axis. `1, 2, .., 10` goes on in equal steps, `4, 8, ..*, 64` by equal factors; values are
 * separated by commas outside brackets, or by `||` where a value holds commas of its own (`..` is no value).
 */
export function readValues(text: string): Values {
  const given = pieces(text);
  const values: string[] = [];
  for (const [i, piece] of given.entries()) {
    if (piece === '') return { refused: given.length === 1 ? 'No values are given.' : `Value ${i + 1} is empty.` };
    if (piece !== '..' && piece !== '..*') {
      values.push(piece);
      continue;
    }
    const [a, b, c] = [values.at(-2), values.at(-1), given[i + 1]];
    if (!numeric(a) || !numeric(b) || !numeric(c))
      return { refused: `'${piece}' stands between numbers: two before it and one after, as in 1, 2, .., 10.` };
    const filled = between(a, b, c, piece === '..*');
    if ('refused' in filled) return filled;
    values.push(...filled.values);
  }
  if (values.length > MAX_VALUES)
    return { refused: `${values.length} values are given; an axis takes at most ${MAX_VALUES}.` };
  const seen = new Set<string>();
  for (const v of values) {
    if (seen.has(v)) return { refused: `'${v}' is given twice.` };
    seen.add(v);
  }
  return { values };
}

/** A text that reads as these values. */
export function writeValues(values: readonly string[]): string {
  const text = values.join(', ');
  const back = readValues(text);
  if ('values' in back && back.values.length === values.length && back.values.every((v, i) => v === values[i]))
    return text;
  return values.length === 1 ? `${values[0]} ||` : values.join(' || ');
}
