/** m·a + (1 − m)·b, number by number: exactly a where m is 1 and b where it is 0. The reference of the kernel `blend`. */
export function blend(m: Float64Array, a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = m[i]! * a[i]! + (1 - m[i]!) * b[i]!;
  return out;
}
