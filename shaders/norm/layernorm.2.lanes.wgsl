// As layernorm.1.tree, for software adapters: one row per invocation, no workgroup memory. x is read twice, not three
// times: mean and squares about it come together, as in residual_norm.2.lanes. dim, mod_row and the offsets of shift
// and scale are multiples of 4.
struct Args {
  rows: u32, dim: u32, rows_per_mod: u32, mod_row: u32,
  shift_at: u32, scale_at: u32, has_mod: u32, eps: f32,
}

@group(0) @binding(0) var<storage, read>       x:    array<vec4f>; // (rows, dim / 4)
@group(0) @binding(1) var<storage, read>       mod_: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y:    array<vec4f>; // (rows, dim / 4)
@group(0) @binding(3) var<uniform>             args: Args;

const WG = 16u;

@compute @workgroup_size(WG)
fn layernorm(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.x + id.y * groups.x * WG;
  if (row >= args.rows) { return; }
  let count = args.dim / 4u;
  let at = row * count;
  let ones = vec4f(1.0);

  let even = count & ~3u;
  var means = vec4f(0.0);
  var squares = vec4f(0.0);
  for (var i = 0u; i < even; i += 4u) {
    let v0 = x[at + i];
    let v1 = x[at + i + 1u];
    let v2 = x[at + i + 2u];
    let v3 = x[at + i + 3u];
    let mean = 0.25 * ((v0 + v1) + (v2 + v3));
    let d0 = v0 - mean;
    let d1 = v1 - mean;
    let d2 = v2 - mean;
    let d3 = v3 - mean;
    let apart = mean - means;
    let share = 4.0 / f32(i + 4u);
    means += share * apart;
    squares += d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3 + (share * f32(i)) * apart * apart;
  }
  for (var i = even; i < count; i++) {
    let v = x[at + i];
    let apart = v - means;
    means += apart / f32(i + 1u);
    squares += apart * (v - means);
  }
  let mean = 0.25 * dot(means, ones);
  let across = means - mean;
  let inverse = 1.0 / sqrt(dot(squares, ones) / f32(args.dim) + 0.25 * dot(across, across) + args.eps);

  let mod_at = (row / args.rows_per_mod) * args.mod_row;
  let scale_at = (mod_at + args.scale_at) / 4u;
  let shift_at = (mod_at + args.shift_at) / 4u;
  for (var i = 0u; i < count; i++) {
    var v = (x[at + i] - mean) * inverse;
    if (args.has_mod != 0u) { v = v * (1.0 + mod_[scale_at + i]) + mod_[shift_at + i]; }
    y[at + i] = v;
  }
}
