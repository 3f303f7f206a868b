// GGUF's Q5_1: d·q + m, q a nibble and a fifth bit, two binary16 for 32.
struct Raw { q: u32, h: u32, s: vec2f }
fn raw_at(i: u32) -> Raw {
  let at = 5u * (i >> 2u);
  return Raw(w[at + (i & 3u)], w[at + 4u] >> (8u * (i & 3u)), unpack2x16float(scales[i >> 2u]));
}
fn low(raw: Raw) -> vec4f { return (nibbles(vec4u(raw.q)) + 16.0 * ones(vec4u(raw.h))) * raw.s.x + raw.s.y; }
fn high(raw: Raw) -> vec4f {
  return (nibbles(vec4u(raw.q >> 16u)) + 16.0 * ones(vec4u(raw.h >> 4u))) * raw.s.x + raw.s.y;
}
fn scale_at(i: u32) -> f32 { return 1.0; }

struct Loads { q: vec4u, h: u32, s: vec2f }
fn group_at(g: u32) -> Loads {
  let at = 5u * g;
  return Loads(vec4u(w[at], w[at + 1u], w[at + 2u], w[at + 3u]), w[at + 4u], unpack2x16float(scales[g]));
}
fn load_of(loads: Loads, i: u32) -> Raw { return Raw(loads.q[i], loads.h >> (8u * i), loads.s); }
