// Keys of a KV cache kept in binary16; see keys.f32.
alias KeyWord = vec2u;
fn key_at(i: u32) -> vec4f {
  let v = keys[i];
  return vec4f(unpack2x16float(v.x), unpack2x16float(v.y));
}
