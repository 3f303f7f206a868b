// x handed round: each lane loads one number of four columns, and lanes 0…3 give theirs to all. A load costs a software
// adapter as much for one lane's number as for everybody's own, so this is a quarter of the loads. Needs rows.1; all
// lanes must ask for the same columns.
fn x_handed(s: Starts, k4: u32, lane: u32) -> X {
  let own = x[s + k4][lane & 3u];
  return vec4f(
    subgroupBroadcast(own, 0u),
    subgroupBroadcast(own, 1u),
    subgroupBroadcast(own, 2u),
    subgroupBroadcast(own, 3u),
  );
}
