// As handed.1 for four rows.
fn x_handed(s: Starts, k4: u32, lane: u32) -> X {
  let c = lane & 3u;
  let own = vec4f(x[s.x + k4][c], x[s.y + k4][c], x[s.z + k4][c], x[s.w + k4][c]);
  return transpose(
    mat4x4f(
      subgroupBroadcast(own, 0u),
      subgroupBroadcast(own, 1u),
      subgroupBroadcast(own, 2u),
      subgroupBroadcast(own, 3u),
    )
  );
}
