// y[r, :] = act(base[r·base_row, :] + table[ids[r], :]): gathered rows (labels) added to a base (the time embedding;
// base_row 0 shares one row). ACTIVATION 0 none, 1 silu. One invocation per number.
const ACTIVATION = 0u;
struct Args { rows: u32, dim: u32, base_row: u32, table_rows: u32, ids_at: u32 }

@group(0) @binding(0) var<storage, read>       ids:   array<u32>; // (rows)
@group(0) @binding(1) var<storage, read>       table: array<f32>; // (table_rows, dim)
@group(0) @binding(2) var<storage, read>       base:  array<f32>;
@group(0) @binding(3) var<storage, read_write> y:     array<f32>; // (rows, dim)
@group(0) @binding(4) var<uniform>             args:  Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn embed(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let r = i / args.dim;
  if (r >= args.rows) { return; }
  let c = i % args.dim;
  var v = base[r * args.base_row + c] + table[min(ids[args.ids_at + r], args.table_rows - 1u) * args.dim + c];
  if (ACTIVATION == 1u) { v = v / (1.0 + exp(-clamp(v, -80.0, 80.0))); }
  y[i] = v;
}
