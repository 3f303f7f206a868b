// Values of a KV cache kept in binary16; see values.f32.
alias ValueWord = vec2u;
fn value_at(i: u32) -> vec4f {
  let v = values[i];
  return vec4f(unpack2x16float(v.x), unpack2x16float(v.y));
}
