// As handed.1 for eight rows.
fn four_handed(at: vec4u, c: u32) -> mat4x4f {
  let own = vec4f(x[at.x][c], x[at.y][c], x[at.z][c], x[at.w][c]);
  return transpose(
    mat4x4f(
      subgroupBroadcast(own, 0u),
      subgroupBroadcast(own, 1u),
      subgroupBroadcast(own, 2u),
      subgroupBroadcast(own, 3u),
    )
  );
}
fn x_handed(s: Starts, k4: u32, lane: u32) -> X {
  return X(four_handed(s.a + k4, lane & 3u), four_handed(s.b + k4, lane & 3u));
}
