// uses: lib/trig.wgsl
// y[r, column + j] = cos 2π·value·turns[j], y[r, column + half + j] = sin of the same, for every row r. `turns` holds
// frequencies / 2π, made in float64. One invocation per row and two frequencies.
struct Args { rows: u32, half: u32, row: u32, column: u32, value: f32 }

@group(0) @binding(0) var<storage, read>       turns: array<f32>; // (half)
@group(0) @binding(1) var<storage, read_write> y:     array<f32>; // (rows, row)
@group(0) @binding(2) var<uniform>             args:  Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn time_embedding(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let pairs = (args.half + 1u) / 2u;
  let r = i / pairs;
  if (r >= args.rows) { return; }
  let j = (i % pairs) * 2u;
  let both = j + 1u < args.half;
  let phase = args.value * vec2f(turns[j], turns[select(j, j + 1u, both)]);
  let v = cos_turn(phase - floor(phase));
  let at = r * args.row + args.column + j;
  y[at] = v.x;
  y[at + args.half] = v.z;
  if (both) {
    y[at + 1u] = v.y;
    y[at + args.half + 1u] = v.w;
  }
}
