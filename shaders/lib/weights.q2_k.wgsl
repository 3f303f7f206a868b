// GGUF's Q2_K: d·scale·q − dmin·least, q a pair of bits, a nibble of scale and of least for 16.
struct Raw { q: u32, s: vec2f }
fn scaled(i: u32) -> vec2f {
  let at = 5u * (i >> 5u);
  let s = (i & 31u) >> 1u;
  let byte = scales[at + 1u + (s >> 2u)] >> (8u * (s & 3u));
  return unpack2x16float(scales[at]) * vec2f(f32(byte & 15u), -f32((byte >> 4u) & 15u));
}
fn raw_at(i: u32) -> Raw { return Raw(w[i >> 1u] >> (16u * (i & 1u)), scaled(i)); }
fn low(raw: Raw) -> vec4f { return pairs(vec4u(raw.q)) * raw.s.x + raw.s.y; }
fn high(raw: Raw) -> vec4f { return pairs(vec4u(raw.q >> 8u)) * raw.s.x + raw.s.y; }
fn scale_at(i: u32) -> f32 { return 1.0; }

struct Loads { q: vec2u, s: vec4f }
fn group_at(g: u32) -> Loads {
  return Loads(vec2u(w[2u * g], w[2u * g + 1u]), vec4f(scaled(4u * g), scaled(4u * g + 2u)));
}
fn load_of(loads: Loads, i: u32) -> Raw {
  return Raw(loads.q[i >> 1u] >> (16u * (i & 1u)), select(loads.s.xy, loads.s.zw, i > 1u));
}
