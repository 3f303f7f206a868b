// Values of a KV cache in q4_0 (src/core/cacheFormat.ts): a word is two vectors, eight share a scale; a nibble becomes
// the last bits of a float (see lib/blocks). See values.f32.
alias ValueWord = u32;
fn value_at(i: u32) -> vec4f {
  let v = values[i >> 1u] >> ((i << 4u) & 16u);
  let d = unpack2x16float(values[args.value_scales + (i >> 4u)] >> ((i << 1u) & 16u)).x;
  return d * (bitcast<vec4f>(
    (vec4u(v) & vec4u(15u, 240u, 3840u, 61440u)) | vec4u(0x4b000000u, 0x49000000u, 0x47000000u, 0x45000000u)
  ) - vec4f(8388616.0, 524296.0, 32776.0, 2056.0));
}
