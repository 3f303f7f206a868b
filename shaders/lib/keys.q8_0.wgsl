// Keys of a KV cache in q8_0 (src/core/cacheFormat.ts): a word is a vector, eight share a scale. See keys.f32.
alias KeyWord = u32;
fn key_at(i: u32) -> vec4f {
  let v = bitcast<i32>(keys[i]);
  let d = unpack2x16float(keys[args.key_scales + (i >> 4u)] >> ((i << 1u) & 16u)).x;
  return d * vec4f(f32((v << 24u) >> 24u), f32((v << 16u) >> 24u), f32((v << 8u) >> 24u), f32(v >> 24u));
}
