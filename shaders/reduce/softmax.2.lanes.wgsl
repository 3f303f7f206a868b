// As softmax.1.tree, for software adapters without subgroups: one row per invocation, maximum and sum in one pass
// (online), eight columns and four partial sums at a time, so that loops and the correction of the sums cost little
// beside the loads.
struct Args { rows: u32, cols: u32, row: u32, at: u32, scale: f32, bias_scale: f32, bias_at: u32 } // row: row stride

@group(0) @binding(0) var<storage, read_write> x:    array<f32>; // (rows, cols)
@group(0) @binding(1) var<storage, read>       bias: array<f32>; // (cols)
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 16u;
// Smaller weights are 0: beside the largest they are nothing, and a processor takes thirty times as long for products
// of denormals.
const LEAST = 1e-36;

fn four(p: u32, c: u32) -> vec4f {
  var v = args.scale * vec4f(x[p + c], x[p + c + 1u], x[p + c + 2u], x[p + c + 3u]);
  if (args.bias_scale != 0.0) {
    let q = args.bias_at + c;
    v += args.bias_scale * vec4f(bias[q], bias[q + 1u], bias[q + 2u], bias[q + 3u]);
  }
  return v;
}
fn value(p: u32, c: u32) -> f32 {
  var v = args.scale * x[p + c];
  if (args.bias_scale != 0.0) { v += args.bias_scale * bias[args.bias_at + c]; }
  return v;
}

fn weight(w: f32) -> f32 { return select(w, 0.0, w < LEAST); }

@compute @workgroup_size(WG)
fn softmax(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.x + id.y * groups.x * WG;
  if (row >= args.rows) { return; }
  let p = args.at + row * args.row;

  let even = args.cols & ~7u; // the rest goes one by one
  var m = -3.4e38;
  var sums = vec4f(0.0);
  for (var c = 0u; c < even; c += 8u) {
    let v = four(p, c);
    let w = four(p, c + 4u);
    let u = max(v, w);
    let top = max(m, max(max(u.x, u.y), max(u.z, u.w)));
    if (top > m) { sums *= exp(m - top); m = top; }
    sums += exp(v - m) + exp(w - m);
  }
  for (var c = even; c < args.cols; c++) {
    let v = value(p, c);
    let top = max(m, v);
    sums *= exp(m - top);
    sums.x += exp(v - top);
    m = top;
  }
  let z = 1.0 / dot(sums, vec4f(1.0));
  for (var c = 0u; c < even; c += 4u) {
    let e = exp(four(p, c) - m) * z;
    let v = select(e, vec4f(0.0), e < vec4f(LEAST));
    x[p + c] = v.x;
    x[p + c + 1u] = v.y;
    x[p + c + 2u] = v.z;
    x[p + c + 3u] = v.w;
  }
  for (var c = even; c < args.cols; c++) { x[p + c] = weight(exp(value(p, c) - m) * z); }
}
