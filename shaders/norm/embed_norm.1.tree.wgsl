// uses: lib/embedding.wgsl
// x[r] = token_embedding[token r] (+ position_embedding[position r]), y[r] = norm(x[r])·weight (+ bias): LayerNorm or
// RMSNorm. Rows whose token is not in this piece of the table are left alone. One workgroup per row; width a multiple
// of 4.
// the table's rows are tokens first_row …
struct Args { rows: u32, width: u32, first_row: u32, chunk_rows: u32, epsilon: f32, scale: f32 }
const FORMAT = 0u;         // of the table, see lib/embedding.wgsl
const HAS_POSITION = true; // a learned position embedding is added
const RMS = false;
const HAS_BIAS = true;

// w, the table (chunk_rows, width), and its scales are at 0 and 1: lib/embedding.wgsl, or blocks.wgsl.
@group(0) @binding(2) var<storage, read>       rows:      array<vec4u>; // (rows): token, slot, position, 0
@group(0) @binding(3) var<storage, read>       positions: array<vec4f>; // (context, width / 4)
@group(0) @binding(4) var<storage, read>       weight:    array<vec4f>; // (width / 4)
@group(0) @binding(5) var<storage, read>       bias:      array<vec4f>; // (width / 4)
@group(0) @binding(6) var<storage, read_write> x:         array<vec4f>; // (rows, width / 4)
@group(0) @binding(7) var<storage, read_write> y:         array<vec4f>; // (rows, width / 4)
@group(0) @binding(8) var<uniform>             args:      Args;

const WG = 64u;
var<workgroup> part: array<f32, WG>;

fn total(t: u32, v: vec4f) -> f32 {
  part[t] = dot(v, vec4f(1.0));
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
fn embed_norm(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let r = wg.x + wg.y * groups.x;
  if (r >= args.rows) { return; }
  let row = rows[r];
  if (row.x - args.first_row >= args.chunk_rows) { return; } // of another piece; an earlier one wraps around
  let count = args.width / 4u;
  let at = r * count;

  var sum = vec4f(0.0);
  for (var i = t; i < count; i += WG) {
    var v = args.scale * embedding(row.x - args.first_row, i, count);
    if (HAS_POSITION) { v += positions[row.z * count + i]; }
    x[at + i] = v;
    sum += v;
  }
  var mean = 0.0;
  if (!RMS) { mean = total(t, sum) / f32(args.width); }
  var squares = vec4f(0.0);
  for (var i = t; i < count; i += WG) {
    let d = x[at + i] - mean;
    squares += d * d;
  }
  let inverse = 1.0 / sqrt(total(t, squares) / f32(args.width) + args.epsilon);
  for (var i = t; i < count; i += WG) {
    var v = (x[at + i] - mean) * inverse * weight[i];
    if (HAS_BIAS) { v += bias[i]; }
    y[at + i] = v;
  }
}
