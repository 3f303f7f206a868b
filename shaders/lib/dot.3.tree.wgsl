// As dot.1.naive, for real GPUs without subgroups: 32 lanes walk along a quad together, so that neighbours read
// neighbouring words, and add up in workgroup memory. Two quads a workgroup.
struct In {
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
}
struct Sums { lane: u32 }
const WG = 64u;
const LANES = 32u;
var<workgroup> part: array<array<vec4f, WG>, R>; // 1 KB a row of x

fn quad_of(in: In) -> u32 { return (in.wg.x + in.wg.y * in.groups.x) * (WG / LANES) + in.t / LANES; }
fn may_leave(quad: u32, quads: u32) -> bool { return false; }
fn row_first(in: In) -> u32 { return in.t % LANES; }
fn row_step(in: In) -> u32 { return LANES; }

fn dot4(in: In, rows: vec4u) -> Sums {
  let lane = in.t % LANES;
  let units = args.dots.units;
  let s = starts(0u);
  let at = rows * units;
  var a = Y();
  var b = Y();
  var c = Y();
  var d = Y();
  for (var u = lane; u < units; u += LANES) {
    let left = x_at(s, 2u * u);
    let right = x_at(s, 2u * u + 1u);
    let ra = raw_at(at.x + u);
    let rb = raw_at(at.y + u);
    let rc = raw_at(at.z + u);
    let rd = raw_at(at.w + u);
    a += (product(low(ra), left) + product(high(ra), right)) * unit_scale(rows.x, u);
    b += (product(low(rb), left) + product(high(rb), right)) * unit_scale(rows.y, u);
    c += (product(low(rc), left) + product(high(rc), right)) * unit_scale(rows.z, u);
    d += (product(low(rd), left) + product(high(rd), right)) * unit_scale(rows.w, u);
  }
  let scale = vec4f(row_scale(rows.x), row_scale(rows.y), row_scale(rows.z), row_scale(rows.w));
  for (var r = 0u; r < R; r++) {
    part[r][in.t] = scale * vec4f(row_of(a, r), row_of(b, r), row_of(c, r), row_of(d, r));
  }
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { for (var r = 0u; r < args.dots.rows; r++) { part[r][in.t] += part[r][in.t + half]; } }
  }
  workgroupBarrier();
  return Sums(in.t - lane);
}
fn total(in: In, sums: Sums, r: u32) -> vec4f { return part[r][sums.lane]; }
