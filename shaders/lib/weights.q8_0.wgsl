// GGUF's Q8_0: signed bytes, a binary16 scale for 32. Unpacked by shifts, which are exact.
alias Raw = vec2u; // 8 × int8
fn raw_at(i: u32) -> Raw { return vec2u(w[2u * i], w[2u * i + 1u]); }
fn bytes(v: i32) -> vec4f {
  return vec4f(f32((v << 24u) >> 24u), f32((v << 16u) >> 24u), f32((v << 8u) >> 24u), f32(v >> 24u));
}
fn low(raw: Raw) -> vec4f { return bytes(bitcast<i32>(raw.x)); }
fn high(raw: Raw) -> vec4f { return bytes(bitcast<i32>(raw.y)); }
fn scale_at(i: u32) -> f32 { return half_at(i >> 2u); }

alias Loads = u32;
fn group_at(g: u32) -> Loads { return 4u * g; }
fn load_of(loads: Loads, i: u32) -> Raw { return raw_at(loads + i); }
