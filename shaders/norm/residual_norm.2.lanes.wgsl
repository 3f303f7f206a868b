// As residual_norm.1.tree, for software adapters: one row per invocation, no workgroup memory; width a multiple of 4.
const RMS = false;
const HAS_DELTA = true;
const HAS_BIAS = true;
struct Args { rows: u32, width: u32, epsilon: f32 }

@group(0) @binding(0) var<storage, read>       delta:  array<vec4f>; // (rows, width / 4)
@group(0) @binding(1) var<storage, read>       weight: array<vec4f>; // (width / 4)
@group(0) @binding(2) var<storage, read>       bias:   array<vec4f>; // (width / 4)
@group(0) @binding(3) var<storage, read_write> x:      array<vec4f>; // (rows, width / 4)
@group(0) @binding(4) var<storage, read_write> y:      array<vec4f>; // (rows, width / 4)
@group(0) @binding(5) var<uniform>             args:   Args;

const WG = 4u;

@compute @workgroup_size(WG)
fn residual_norm(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.x + id.y * groups.x * WG;
  if (row >= args.rows) { return; }
  let count = args.width / 4u;
  let at = row * count;
  let ones = vec4f(1.0);

  var sum = vec4f(0.0);
  var squares = vec4f(0.0); // about 0: all that RMSNorm needs
  for (var i = 0u; i < count; i++) {
    var v = x[at + i];
    if (HAS_DELTA) {
      v += delta[at + i];
      x[at + i] = v;
    }
    if (RMS) { squares += v * v; } else { sum += v; }
  }
  var mean = 0.0;
  if (!RMS) {
    mean = dot(sum, ones) / f32(args.width);
    for (var i = 0u; i < count; i++) {
      let d = x[at + i] - mean;
      squares += d * d;
    }
  }
  let inverse = 1.0 / sqrt(dot(squares, ones) / f32(args.width) + args.epsilon);
  for (var i = 0u; i < count; i++) {
    var v = (x[at + i] - mean) * inverse * weight[i];
    if (HAS_BIAS) { v += bias[i]; }
    y[at + i] = v;
  }
}
