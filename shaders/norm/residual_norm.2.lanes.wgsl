// As residual_norm.1.tree, for software adapters: one row per invocation, no workgroup memory; width a multiple of 4. x
// is read twice, not three times: mean and squares about it come together, four vectors at a time (Chan, Golub and
// LeVeque's update), four sums side by side.
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

const WG = 4u;

fn take(p: u32) -> vec4f {
  var v = x[p];
  if (HAS_DELTA) {
    v += args.scale * delta[p];
    x[p] = v;
  }
  return v;
}

@compute @workgroup_size(WG)
fn residual_norm(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.x + id.y * groups.x * WG;
  if (row >= args.rows) { return; }
  let count = args.width / 4u;
  let at = row * count;
  let ones = vec4f(1.0);
  let even = count & ~3u;

  var means = vec4f(0.0); // 0 for RMSNorm, whose squares are about 0
  var squares = vec4f(0.0);
  for (var i = 0u; i < even; i += 4u) {
    let v0 = take(at + i);
    let v1 = take(at + i + 1u);
    let v2 = take(at + i + 2u);
    let v3 = take(at + i + 3u);
    if (RMS) {
      squares += v0 * v0 + v1 * v1 + v2 * v2 + v3 * v3;
    } else {
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
  }
  for (var i = even; i < count; i++) {
    let v = take(at + i);
    if (RMS) {
      squares += v * v;
    } else {
      let apart = v - means;
      means += apart / f32(i + 1u);
      squares += apart * (v - means);
    }
  }
  let mean = 0.25 * dot(means, ones);
  let across = means - mean;
  let inverse = 1.0 / sqrt(dot(squares, ones) / f32(args.width) + 0.25 * dot(across, across) + args.epsilon);
  for (var i = 0u; i < count; i++) {
    var v = (x[at + i] - mean) * inverse * weight[i];
    if (HAS_BIAS) { v += bias[i]; }
    y[at + i] = v;
  }
}
