// As softmax.1.tree with one row per subgroup and no workgroup memory. Any subgroup size. subgroupMax is dear on some
// software adapters (it minds NaN), so each lane keeps its own running maximum and the subgroup meets once.
enable subgroups;
requires subgroup_id;
diagnostic(off, subgroup_uniformity);
struct Args { rows: u32, cols: u32, row: u32, at: u32, scale: f32, bias_scale: f32, bias_at: u32 } // row: row stride

@group(0) @binding(0) var<storage, read_write> x:    array<f32>; // (rows, cols)
@group(0) @binding(1) var<storage, read>       bias: array<f32>; // (cols)
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 64u;

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
  @builtin(workgroup_id) wg: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(subgroup_id) subgroup: u32,
  @builtin(num_subgroups) subgroups: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) lanes: u32,
) {
  for (
    var row = (wg.x + wg.y * groups.x) * subgroups + subgroup;
    row < args.rows;
    row += groups.x * groups.y * subgroups
  ) {
    let p = args.at + row * args.row;
    var own = -3.4e38;
    for (var c = lane; c < args.cols; c += lanes) { own = max(own, value(p, c)); }
    let m = subgroupMax(own);
    var sum = 0.0;
    for (var c = lane; c < args.cols; c += lanes) { sum += exp(value(p, c) - m); }
    let z = subgroupAdd(sum);
    for (var c = lane; c < args.cols; c += lanes) { x[p + c] = weight(exp(value(p, c) - m) / z); }
  }
}
