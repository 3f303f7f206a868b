// GGUF's Q3_K: d·(scale − 32)·(q − 4), q a pair of bits and one of a mask, 6 bits of scale for 16.
struct Raw { q: u32, h: u32, s: f32 }
fn scaled(i: u32) -> f32 {
  let block = i >> 5u;
  let at = 7u * (block >> 1u);
  let own = at + 3u * (block & 1u);
  let s = (i & 31u) >> 1u;
  let scale = ((scales[own + (s >> 3u)] >> (4u * (s & 7u))) & 15u) | (((scales[own + 2u] >> (2u * s)) & 3u) << 4u);
  return unpack2x16float(scales[at + 6u] >> (16u * (block & 1u))).x * (f32(scale) - 32.0);
}
fn raw_at(i: u32) -> Raw {
  let at = 3u * (i >> 2u);
  let u = i & 3u;
  return Raw(w[at + (u >> 1u)] >> (16u * (u & 1u)), w[at + 2u] >> (8u * u), scaled(i));
}
fn low(raw: Raw) -> vec4f { return (pairs(vec4u(raw.q)) + (4.0 * ones(vec4u(raw.h)) - 4.0)) * raw.s; }
fn high(raw: Raw) -> vec4f { return (pairs(vec4u(raw.q >> 8u)) + (4.0 * ones(vec4u(raw.h >> 4u)) - 4.0)) * raw.s; }
fn scale_at(i: u32) -> f32 { return 1.0; }

struct Loads { q: vec2u, h: u32, s: vec2f }
fn group_at(g: u32) -> Loads {
  let at = 3u * g;
  return Loads(vec2u(w[at], w[at + 1u]), w[at + 2u], vec2f(scaled(4u * g), scaled(4u * g + 2u)));
}
fn load_of(loads: Loads, i: u32) -> Raw {
  return Raw(loads.q[i >> 1u] >> (16u * (i & 1u)), loads.h >> (8u * i), loads.s[i >> 1u]);
}
