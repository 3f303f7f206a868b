// Four numbers that all lanes of a subgroup reduce together, and a matrix whose columns are scaled.
fn most_of(v: vec4f, lanes: u32) -> vec4f {
  var m = v;
  for (var o = lanes / 2u; o > 0u; o /= 2u) { m = max(m, subgroupShuffleXor(m, o)); }
  return m;
}
fn sum_of(v: vec4f, lanes: u32) -> vec4f {
  var m = v;
  for (var o = lanes / 2u; o > 0u; o /= 2u) { m += subgroupShuffleXor(m, o); }
  return m;
}
fn scaled(m: mat4x4f, s: vec4f) -> mat4x4f { return mat4x4f(m[0] * s.x, m[1] * s.y, m[2] * s.z, m[3] * s.w); }
