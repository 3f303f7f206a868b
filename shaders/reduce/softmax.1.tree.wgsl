// x[r, :] = exp(v − max v) / Σ exp(v − max v) in place, v = scale·x[r, :] + bias_scale·bias. One workgroup per row,
// tree reduction. CPU reference: src/math/reference/norm.ts.
struct Args { rows: u32, cols: u32, row: u32, at: u32, scale: f32, bias_scale: f32, bias_at: u32 } // row: row stride

@group(0) @binding(0) var<storage, read_write> x:    array<f32>; // (rows, cols)
@group(0) @binding(1) var<storage, read>       bias: array<f32>; // (cols)
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 64u;
var<workgroup> part: array<f32, WG>;

fn value(p: u32, c: u32) -> f32 {
  var v = args.scale * x[p + c];
  if (args.bias_scale != 0.0) { v += args.bias_scale * bias[args.bias_at + c]; }
  return v;
}

// Smaller weights are 0: beside the largest they are nothing, and a processor takes thirty times as long for products
// of denormals.
const LEAST = 1e-36;
fn weight(w: f32) -> f32 { return select(w, 0.0, w < LEAST); }

@compute @workgroup_size(WG)
fn softmax(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let row = wg.x + wg.y * groups.x;
  if (row >= args.rows) { return; }
  let p = args.at + row * args.row;

  var m = -3.4e38;
  for (var c = t; c < args.cols; c += WG) { m = max(m, value(p, c)); }
  part[t] = m;
  for (var s = WG / 2u; s > 0u; s /= 2u) {
    workgroupBarrier();
    if (t < s) { part[t] = max(part[t], part[t + s]); }
  }
  workgroupBarrier();
  m = part[0];
  workgroupBarrier();

  var z = 0.0;
  for (var c = t; c < args.cols; c += WG) { z += exp(value(p, c) - m); }
  part[t] = z;
  for (var s = WG / 2u; s > 0u; s /= 2u) {
    workgroupBarrier();
    if (t < s) { part[t] += part[t + s]; }
  }
  workgroupBarrier();
  z = part[0];

  for (var c = t; c < args.cols; c += WG) { x[p + c] = weight(exp(value(p, c) - m) / z); }
}
