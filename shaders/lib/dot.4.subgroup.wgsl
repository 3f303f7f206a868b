// As dot.3.tree with one quad per subgroup and no workgroup memory; any subgroup size. The wrapper enables subgroups.
struct In {
  @builtin(workgroup_id) wg: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(subgroup_id) subgroup: u32,
  @builtin(num_subgroups) subgroups: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) lanes: u32,
}
struct Sums { near: vec4f, far: vec4f } // rows 0…3 and 4…7; a lane holds those it finishes
const WG = 64u;

fn quad_of(in: In) -> u32 { return (in.wg.x + in.wg.y * in.groups.x) * in.subgroups + in.subgroup; }
fn may_leave(quad: u32, quads: u32) -> bool { return quad >= quads; }
fn row_first(in: In) -> u32 { return in.lane; }
fn row_step(in: In) -> u32 { return in.lanes; }

@diagnostic(off, subgroup_uniformity)
fn dot4(in: In, rows: vec4u) -> Sums {
  let units = args.dots.units;
  let s = starts(0u);
  let at = rows * units;
  var a = Y();
  var b = Y();
  var c = Y();
  var d = Y();
  for (var u = in.lane; u < units; u += in.lanes) {
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
  var sums = Sums();
  for (var r = 0u; r < R; r++) {
    let sum = subgroupAdd(scale * vec4f(row_of(a, r), row_of(b, r), row_of(c, r), row_of(d, r)));
    if (in.lane == r % in.lanes) {
      if (r < 4u) { sums.near = sum; } else { sums.far = sum; }
    }
  }
  return sums;
}
fn total(in: In, sums: Sums, r: u32) -> vec4f { return select(sums.far, sums.near, r < 4u); }
