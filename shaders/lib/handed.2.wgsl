// As handed.1 for two rows.
fn x_handed(s: Starts, k4: u32, lane: u32) -> X {
  let c = lane & 3u;
  let own = vec2f(x[s.x + k4][c], x[s.y + k4][c]);
  return transpose(
    mat4x2f(
      subgroupBroadcast(own, 0u),
      subgroupBroadcast(own, 1u),
      subgroupBroadcast(own, 2u),
      subgroupBroadcast(own, 3u),
    )
  );
}
