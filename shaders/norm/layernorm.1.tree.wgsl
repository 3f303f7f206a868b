// y = LN(x)·(1 + scale) + shift over rows of (rows, dim); LN without affine. shift and scale are rows of `mod`, shared
// by rows_per_mod rows of x (tokens of a sample). One workgroup per row, tree reduction in workgroup memory; any dim.
struct Args {
  rows: u32, dim: u32, rows_per_mod: u32, mod_row: u32,
  shift_at: u32, scale_at: u32, has_mod: u32, eps: f32,
}

@group(0) @binding(0) var<storage, read>       x:    array<f32>; // (rows, dim)
@group(0) @binding(1) var<storage, read>       mod_: array<f32>;
@group(0) @binding(2) var<storage, read_write> y:    array<f32>; // (rows, dim)
@group(0) @binding(3) var<uniform>             args: Args;

const WG = 64u;
var<workgroup> part: array<f32, WG>;

fn total(t: u32, v: f32) -> f32 {
  part[t] = v;
  for (var s = WG / 2u; s > 0u; s /= 2u) {
    workgroupBarrier();
    if (t < s) { part[t] += part[t + s]; }
  }
  workgroupBarrier();
  let sum = part[0];
  workgroupBarrier();
  return sum;
}

@compute @workgroup_size(WG)
fn layernorm(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let row = wg.x + wg.y * groups.x;
  if (row >= args.rows) { return; }
  let at = row * args.dim;

  var sum = 0.0;
  for (var i = t; i < args.dim; i += WG) { sum += x[at + i]; }
  let mean = total(t, sum) / f32(args.dim);
  var squares = 0.0;
  for (var i = t; i < args.dim; i += WG) {
    let d = x[at + i] - mean;
    squares += d * d;
  }
  let inverse = 1.0 / sqrt(total(t, squares) / f32(args.dim) + args.eps);

  let mod_at = (row / args.rows_per_mod) * args.mod_row;
  for (var i = t; i < args.dim; i += WG) {
    var v = (x[at + i] - mean) * inverse;
    if (args.has_mod != 0u) { v = v * (1.0 + mod_[mod_at + args.scale_at + i]) + mod_[mod_at + args.shift_at + i]; }
    y[at + i] = v;
  }
}
