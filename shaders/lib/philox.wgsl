// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011) and Box-Muller normals, the same integers as
// src/math/philox.ts. Needs lib/trig.wgsl.

// High 32 bits of a 32×32-bit product, by 16-bit halves.
fn mulhi(a: u32, b: u32) -> u32 {
  let al = a & 0xffffu;
  let ah = a >> 16u;
  let bl = b & 0xffffu;
  let bh = b >> 16u;
  let mid = ah * bl + ((al * bl) >> 16u);
  let low = al * bh + (mid & 0xffffu);
  return ah * bh + (mid >> 16u) + (low >> 16u);
}

fn philox(counter: vec4u, key: vec2u) -> vec4u {
  var c = counter;
  var k = key;
  for (var round = 0u; round < 10u; round++) {
    c = vec4u(
      mulhi(0xCD9E8D57u, c.z) ^ c.y ^ k.x,
      0xCD9E8D57u * c.z,
      mulhi(0xD2511F53u, c.x) ^ c.w ^ k.y,
      0xD2511F53u * c.x,
    );
    k += vec2u(0x9E3779B9u, 0xBB67AE85u);
  }
  return c;
}

// ln of an upper-24-bit uniform; near 1 the built-in log is only good to 5e-7, so there a series in 1 − u.
fn log_unit(u: vec2f) -> vec2f {
  let w = 1.0 - u;
  return select(log(u), -w * (1.0 + w * (0.5 + w * (0.33333333 + w * 0.25))), w < vec2f(0.01));
}

// Four standard normals: elements 4·quad … 4·quad + 3 of vector `draw` of one sample.
fn normal4(seed: u32, sample: u32, draw: u32, quad: u32) -> vec4f {
  let r = philox(vec4u(quad, sample, draw, 0u), vec2u(seed, 0x53544550u)) >> vec4u(8u);
  let unit = 1.0 / 16777216.0;
  let radius = sqrt(-2.0 * log_unit((vec2f(r.xz) + 1.0) * unit));
  let turn = cos_turn(vec2f(r.yw) * unit);
  return vec4f(radius.x * turn.x, radius.x * turn.z, radius.y * turn.y, radius.y * turn.w);
}
