const written = (v) => String(Number(v.toPrecision(12)));

/** Whole numbers near one: one more, one less, twice as many, and where that is none of these, 5 % more. */
function near(v) {
  const list = [v + 1];
  if (v >= 1) list.push(v - 1);
  if (v >= 3) list.push(2 * v);
  if (v >= 40) list.push(Math.round(1.05 * v));
  return list.filter((n) => Number.isSafeInteger(n));
}

function nearReal(v) {
  if (v === 0) return [1];
  if (v === 1) return [0, 2, 1.05];
  return [1.05 * v, 2 * v, v + 1];
}

/**
 * The numbers that a slip of the hand would leave in place of a literal, in its own notation: of TypeScript (0xff,
 * 1_000, 2n, 1e-9) or of WGSL (3u, 0xffu, 1.0, 2.5f).
 */
export function otherNumbers(literal) {
  const [, body, suffix] = /^(0[xX][\da-fA-F_]+|0[bB][01_]+|[\d._]+(?:[eE][-+]?\d+)?)([a-z]?)$/.exec(literal) ?? [];
  if (body === undefined) return [];
  const value = Number(body.replaceAll('_', ''));
  if (/^0[xX]/.test(body)) return near(value).map((v) => `${body.slice(0, 2)}${v.toString(16)}${suffix}`);
  if (/^0[bB]/.test(body)) return near(value).map((v) => `${body.slice(0, 2)}${v.toString(2)}${suffix}`);
  if (/^[\d_]+$/.test(body) && !'fh'.includes(suffix || '-')) return near(value).map((v) => `${v}${suffix}`);
  // A WGSL literal without a point would become a whole number.
  const real = (v) => (/[.e]/.test(written(v)) || !body.includes('.') ? written(v) : `${written(v)}.0`);
  return nearReal(value)
    .filter((v) => v !== value)
    .map((v) => `${real(v)}${suffix}`);
}
