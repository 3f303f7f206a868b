// uses: lib/embedding.wgsl
// As embed_norm.1.tree, for software adapters: one row per invocation, no workgroup memory.
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

const WG = 4u;

@compute @workgroup_size(WG)
fn embed_norm(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let r = id.x + id.y * groups.x * WG;
  if (r >= args.rows) { return; }
  let row = rows[r];
  if (row.x - args.first_row >= args.chunk_rows) { return; } // of another piece; an earlier one wraps around
  let count = args.width / 4u;
  let at = r * count;
  let ones = vec4f(1.0);

  var sum = vec4f(0.0);
  for (var i = 0u; i < count; i++) {
    var v = args.scale * embedding(row.x - args.first_row, i, count);
    if (HAS_POSITION) { v += positions[row.z * count + i]; }
    x[at + i] = v;
    sum += v;
  }
  var mean = 0.0;
  if (!RMS) { mean = dot(sum, ones) / f32(args.width); }
  var squares = vec4f(0.0);
  for (var i = 0u; i < count; i++) {
    let d = x[at + i] - mean;
    squares += d * d;
  }
  let inverse = 1.0 / sqrt(dot(squares, ones) / f32(args.width) + args.epsilon);
  for (var i = 0u; i < count; i++) {
    var v = (x[at + i] - mean) * inverse * weight[i];
    if (HAS_BIAS) { v += bias[i]; }
    y[at + i] = v;
  }
}
