// uses: lib/weights.f32.wgsl
// y[r, k] = weight[r, k] in f32: packed weights written out. Eight columns (a unit) an invocation; the weights.* file
// says how they are stored, the wrapper appends the one it wants.
struct Dots { units: u32, rows: u32 } // columns / 8; weights.int4 finds its scales by it
struct Args { dots: Dots, y_at: u32 } // first vec4 of y

@group(0) @binding(2) var<storage, read_write> y:    array<vec4f>; // (rows, 2·units) from y_at
@group(0) @binding(3) var<uniform>             args: Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn dequantise(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let r = i / args.dots.units;
  if (r >= args.dots.rows) { return; }
  let raw = raw_at(i);
  let scale = unit_scale(r, i % args.dots.units) * row_scale(r);
  y[args.y_at + 2u * i] = low(raw) * scale;
  y[args.y_at + 2u * i + 1u] = high(raw) * scale;
}
