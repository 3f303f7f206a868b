// GGUF's Q4_1: d·nibble + m, two binary16 for 32.
struct Raw { q: u32, s: vec2f }
fn raw_at(i: u32) -> Raw { return Raw(w[i], unpack2x16float(scales[i >> 2u])); }
fn low(raw: Raw) -> vec4f { return nibbles(vec4u(raw.q)) * raw.s.x + raw.s.y; }
fn high(raw: Raw) -> vec4f { return nibbles(vec4u(raw.q >> 16u)) * raw.s.x + raw.s.y; }
fn scale_at(i: u32) -> f32 { return 1.0; }

struct Loads { q: vec4u, s: vec2f }
fn group_at(g: u32) -> Loads {
  let at = 4u * g;
  return Loads(vec4u(w[at], w[at + 1u], w[at + 2u], w[at + 3u]), unpack2x16float(scales[g]));
}
fn load_of(loads: Loads, i: u32) -> Raw { return Raw(loads.q[i], loads.s); }
