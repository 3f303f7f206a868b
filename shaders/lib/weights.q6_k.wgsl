// GGUF's Q6_K: d·scale·(q − 32), q a nibble and a pair of bits, a signed byte of scale for 16.
struct Raw { q: u32, h: u32, s: f32 }
// The scales of both halves of group g, times d.
fn scaled(g: u32) -> vec2f {
  let block = g >> 3u;
  let at = 9u * (block >> 1u);
  let two = bitcast<i32>(scales[at + 4u * (block & 1u) + ((g & 7u) >> 1u)] << (16u * (1u - (g & 1u))));
  let d = unpack2x16float(scales[at + 8u] >> (16u * (block & 1u))).x;
  return d * vec2f(f32((two << 8u) >> 24u), f32(two >> 24u));
}
fn raw_at(i: u32) -> Raw {
  let at = 6u * (i >> 2u);
  let u = i & 3u;
  return Raw(w[at + u], w[at + 4u + (u >> 1u)] >> (16u * (u & 1u)), scaled(i >> 2u)[u >> 1u]);
}
fn low(raw: Raw) -> vec4f { return (nibbles(vec4u(raw.q)) + (16.0 * pairs(vec4u(raw.h)) - 32.0)) * raw.s; }
fn high(raw: Raw) -> vec4f {
  return (nibbles(vec4u(raw.q >> 16u)) + (16.0 * pairs(vec4u(raw.h >> 8u)) - 32.0)) * raw.s;
}
fn scale_at(i: u32) -> f32 { return 1.0; }

struct Loads { q: vec4u, h: vec2u, s: vec2f }
fn group_at(g: u32) -> Loads {
  let at = 6u * g;
  return Loads(vec4u(w[at], w[at + 1u], w[at + 2u], w[at + 3u]), vec2u(w[at + 4u], w[at + 5u]), scaled(g));
}
fn load_of(loads: Loads, i: u32) -> Raw {
  return Raw(loads.q[i], loads.h[i >> 1u] >> (16u * (i & 1u)), loads.s[i >> 1u]);
}
