// x += scale·delta; y = norm(x)·weight (+ bias) over rows of (rows, width): LayerNorm (Ba et al. 2016) or RMSNorm
// (Zhang & Sennrich 2019). x is updated in place. One workgroup per row, tree reduction in workgroup memory; any width.
const RMS = false;      // no mean is subtracted
const HAS_DELTA = true; // without it x is only read
const HAS_BIAS = true;
struct Args { rows: u32, width: u32, epsilon: f32, scale: f32 }

@group(0) @binding(0) var<storage, read>       delta:  array<f32>; // (rows, width)
@group(0) @binding(1) var<storage, read>       weight: array<f32>; // (width)
@group(0) @binding(2) var<storage, read>       bias:   array<f32>; // (width)
@group(0) @binding(3) var<storage, read_write> x:      array<f32>; // (rows, width)
@group(0) @binding(4) var<storage, read_write> y:      array<f32>; // (rows, width)
@group(0) @binding(5) var<uniform>             args:   Args;

const WG = 128u;
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
fn residual_norm(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let row = wg.x + wg.y * groups.x;
  if (row >= args.rows) { return; }
  let at = row * args.width;

  // An invocation reads back only what it wrote itself, so x needs no barrier.
  var sum = 0.0;
  for (var i = t; i < args.width; i += WG) {
    var v = x[at + i];
    if (HAS_DELTA) {
      v += args.scale * delta[at + i];
      x[at + i] = v;
    }
    sum += v;
  }
  var mean = 0.0;
  if (!RMS) { mean = total(t, sum) / f32(args.width); }
  var squares = 0.0;
  for (var i = t; i < args.width; i += WG) {
    let d = x[at + i] - mean;
    squares += d * d;
  }
  let inverse = 1.0 / sqrt(total(t, squares) / f32(args.width) + args.epsilon);
  for (var i = t; i < args.width; i += WG) {
    var v = (x[at + i] - mean) * inverse * weight[i];
    if (HAS_BIAS) { v += bias[i]; }
    y[at + i] = v;
  }
}
