// As layernorm.1.tree with one row per subgroup and no workgroup memory: lanes stride over the row and add up by
// subgroupAdd. Any subgroup size; same conditions as layernorm.2.lanes.
enable subgroups;
requires subgroup_id;
diagnostic(off, subgroup_uniformity);
struct Args {
  rows: u32, dim: u32, rows_per_mod: u32, mod_row: u32,
  shift_at: u32, scale_at: u32, has_mod: u32, eps: f32,
}

@group(0) @binding(0) var<storage, read>       x:    array<vec4f>; // (rows, dim / 4)
@group(0) @binding(1) var<storage, read>       mod_: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y:    array<vec4f>; // (rows, dim / 4)
@group(0) @binding(3) var<uniform>             args: Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn layernorm(
  @builtin(workgroup_id) wg: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(subgroup_id) subgroup: u32,
  @builtin(num_subgroups) subgroups: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) lanes: u32,
) {
  // A fixed number of workgroups walks over all rows, so the host need not know the subgroup size.
  let count = args.dim / 4u;
  let ones = vec4f(1.0);
  for (
    var row = (wg.x + wg.y * groups.x) * subgroups + subgroup;
    row < args.rows;
    row += groups.x * groups.y * subgroups
  ) {
    let at = row * count;
    var sum = vec4f(0.0);
    for (var i = lane; i < count; i += lanes) { sum += x[at + i]; }
    let mean = subgroupAdd(dot(sum, ones)) / f32(args.dim);
    var squares = vec4f(0.0);
    for (var i = lane; i < count; i += lanes) {
      let d = x[at + i] - mean;
      squares += d * d;
    }
    let inverse = 1.0 / sqrt(subgroupAdd(dot(squares, ones)) / f32(args.dim) + args.eps);

    let mod_at = (row / args.rows_per_mod) * args.mod_row;
    let scale_at = (mod_at + args.scale_at) / 4u;
    let shift_at = (mod_at + args.shift_at) / 4u;
    for (var i = lane; i < count; i += lanes) {
      var v = (x[at + i] - mean) * inverse;
      if (args.has_mod != 0u) { v = v * (1.0 + mod_[scale_at + i]) + mod_[shift_at + i]; }
      y[at + i] = v;
    }
  }
}
