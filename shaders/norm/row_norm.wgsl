// RMSNorm (Zhang & Sennrich 2019) of a part of every row: in place, x = norm(x)·weight (OLMo 2's queries and keys), or
// ADD: x += scale·norm(delta)·weight (norms behind a block, as Gemma 2 and OLMo 2 have them). One workgroup per row,
// tree reduction in workgroup memory; any width.
const ADD = false;
struct Args { rows: u32, width: u32, x_at: u32, x_row: u32, epsilon: f32, scale: f32 }

@group(0) @binding(0) var<storage, read>       delta:  array<f32>; // (rows, width)
@group(0) @binding(1) var<storage, read>       weight: array<f32>; // (width)
@group(0) @binding(2) var<storage, read_write> x:      array<f32>; // (rows, x_row), from x_at
@group(0) @binding(3) var<uniform>             args:   Args;

const WG = 64u;
var<workgroup> part: array<f32, WG>;

@compute @workgroup_size(WG)
fn row_norm(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let row = wg.x + wg.y * groups.x;
  if (row >= args.rows) { return; }
  let delta_at = row * args.width;
  let start_at = args.x_at + row * args.x_row;
  var squares = 0.0;
  for (var i = t; i < args.width; i += WG) {
    var v = 0.0;
    if (ADD) { v = delta[delta_at + i]; } else { v = x[start_at + i]; }
    squares += v * v;
  }
  part[t] = squares;
  for (var s = WG / 2u; s > 0u; s /= 2u) {
    workgroupBarrier();
    if (t < s) { part[t] += part[t + s]; }
  }
  workgroupBarrier();
  let inverse = 1.0 / sqrt(part[0] / f32(args.width) + args.epsilon);
  for (var i = t; i < args.width; i += WG) {
    if (ADD) {
      x[start_at + i] += args.scale * (delta[delta_at + i] * inverse * weight[i]);
    } else {
      x[start_at + i] *= inverse * weight[i];
    }
  }
}
