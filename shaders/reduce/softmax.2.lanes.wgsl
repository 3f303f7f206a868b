// As softmax.1.tree, for software adapters without subgroups: one row per invocation, maximum and sum in one pass (online),
// four columns and four partial sums at a time.
struct Args { rows: u32, cols: u32, row: u32, at: u32, scale: f32, bias_scale: f32, bias_at: u32 } // row: row stride

@group(0) @binding(0) var<storage, read_write> x:    array<f32>; // (rows, cols)
@group(0) @binding(1) var<storage, read>       bias: array<f32>; // (cols)
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 16u;

fn value(p: u32, c: u32) -> f32 {
  var v = args.scale * x[p + c];
  if (args.bias_scale != 0.0) { v += args.bias_scale * bias[args.bias_at + c]; }
  return v;
}

@compute @workgroup_size(WG)
fn softmax(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.x + id.y * groups.x * WG;
  if (row >= args.rows) { return; }
  let p = args.at + row * args.row;

  var m = -3.4e38;
  var sums = vec4f(0.0);
  let last = args.cols - 1u;
  for (var c = 0u; c < args.cols; c += 4u) {
    // Columns past the end read the last one again and count nothing.
    let v = vec4f(value(p, c), value(p, min(c + 1u, last)), value(p, min(c + 2u, last)), value(p, min(c + 3u, last)));
    let top = max(m, max(max(v.x, v.y), max(v.z, v.w)));
    let live = vec4u(c) + vec4u(0u, 1u, 2u, 3u) < vec4u(args.cols);
    sums = sums * exp(m - top) + select(vec4f(0.0), exp(v - top), live);
    m = top;
  }
  let z = dot(sums, vec4f(1.0));
  for (var c = 0u; c < args.cols; c++) { x[p + c] = exp(value(p, c) - m) / z; }
}
