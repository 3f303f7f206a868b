// GGUF's Q5_0: d·(q − 16), q a nibble and a fifth bit, a binary16 for 32.
struct Raw { q: u32, h: u32 }
fn raw_at(i: u32) -> Raw {
  let at = 5u * (i >> 2u);
  return Raw(w[at + (i & 3u)], w[at + 4u] >> (8u * (i & 3u)));
}
fn low(raw: Raw) -> vec4f { return nibbles(vec4u(raw.q)) + (16.0 * ones(vec4u(raw.h)) - 16.0); }
fn high(raw: Raw) -> vec4f { return nibbles(vec4u(raw.q >> 16u)) + (16.0 * ones(vec4u(raw.h >> 4u)) - 16.0); }
fn scale_at(i: u32) -> f32 { return half_at(i >> 2u); }

struct Loads { q: vec4u, h: u32 }
fn group_at(g: u32) -> Loads {
  let at = 5u * g;
  return Loads(vec4u(w[at], w[at + 1u], w[at + 2u], w[at + 3u]), w[at + 4u]);
}
fn load_of(loads: Loads, i: u32) -> Raw { return Raw(loads.q[i], loads.h >> (8u * i)); }
