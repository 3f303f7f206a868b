// Values of a KV cache in q8_0 (src/core/cacheFormat.ts): a word is a vector, eight share a scale. See values.f32.
alias ValueWord = u32;
fn value_at(i: u32) -> vec4f {
  let v = bitcast<i32>(values[i]);
  let d = unpack2x16float(values[args.value_scales + (i >> 4u)] >> ((i << 1u) & 16u)).x;
  return d * vec4f(f32((v << 24u) >> 24u), f32((v << 16u) >> 24u), f32((v << 8u) >> 24u), f32(v >> 24u));
}
