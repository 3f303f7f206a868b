// As residual_norm.1.tree, with sums by subgroupAdd and one number per subgroup in workgroup memory; width a multiple
// of 4. One workgroup per row, since decoding has few rows. Any subgroup size from 4.
enable subgroups;
requires subgroup_id;
diagnostic(off, subgroup_uniformity);
const RMS = false;
const HAS_DELTA = true;
const HAS_BIAS = true;
struct Args { rows: u32, width: u32, epsilon: f32, scale: f32 }

@group(0) @binding(0) var<storage, read>       delta:  array<vec4f>; // (rows, width / 4)
@group(0) @binding(1) var<storage, read>       weight: array<vec4f>; // (width / 4)
@group(0) @binding(2) var<storage, read>       bias:   array<vec4f>; // (width / 4)
@group(0) @binding(3) var<storage, read_write> x:      array<vec4f>; // (rows, width / 4)
@group(0) @binding(4) var<storage, read_write> y:      array<vec4f>; // (rows, width / 4)
@group(0) @binding(5) var<uniform>             args:   Args;

const WG = 128u;
var<workgroup> part: array<f32, 32>;

fn total(v: vec4f, subgroup: u32, subgroups: u32, lane: u32) -> f32 {
  let mine = subgroupAdd(dot(v, vec4f(1.0)));
  if (lane == 0u) { part[subgroup] = mine; }
  workgroupBarrier();
  var sum = 0.0;
  for (var s = 0u; s < subgroups; s++) { sum += part[s]; }
  workgroupBarrier();
  return sum;
}

@compute @workgroup_size(WG)
fn residual_norm(
  @builtin(workgroup_id) wg: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) t: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(num_subgroups) subgroups: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let row = wg.x + wg.y * groups.x;
  if (row >= args.rows) { return; }
  let count = args.width / 4u;
  let at = row * count;

  var sum = vec4f(0.0);
  for (var i = t; i < count; i += WG) {
    var v = x[at + i];
    if (HAS_DELTA) {
      v += args.scale * delta[at + i];
      x[at + i] = v;
    }
    sum += v;
  }
  var mean = 0.0;
  if (!RMS) { mean = total(sum, subgroup, subgroups, lane) / f32(args.width); }
  var squares = vec4f(0.0);
  for (var i = t; i < count; i += WG) {
    let d = x[at + i] - mean;
    squares += d * d;
  }
  let inverse = 1.0 / sqrt(total(squares, subgroup, subgroups, lane) / f32(args.width) + args.epsilon);
  for (var i = t; i < count; i += WG) {
    var v = (x[at + i] - mean) * inverse * weight[i];
    if (HAS_BIAS) { v += bias[i]; }
    y[at + i] = v;
  }
}
