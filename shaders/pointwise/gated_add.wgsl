// out = residual + gate·y over rows of (rows, width), where rows_per_gate rows share a row of the gate (tokens of a
// sample, as adaLN-zero has it); in place out is its own residual. One Number an invocation.
alias Number = vec4f;
struct Args { rows: u32, width: u32, rows_per_gate: u32, gate_at: u32, gate_row: u32, has_gate: u32, in_place: u32 }

@group(0) @binding(0) var<storage, read>       residual: array<Number>; // (rows, width)
@group(0) @binding(1) var<storage, read>       gate:     array<Number>;
@group(0) @binding(2) var<storage, read>       y:        array<Number>; // (rows, width)
@group(0) @binding(3) var<storage, read_write> out:      array<Number>; // (rows, width)
@group(0) @binding(4) var<uniform>             args:     Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn gated_add(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let r = i / args.width;
  if (r >= args.rows) { return; }
  var v = y[i];
  if (args.has_gate != 0u) { v *= gate[args.gate_at + r / args.rows_per_gate * args.gate_row + i % args.width]; }
  if (args.in_place != 0u) { v += out[i]; } else { v += residual[i]; }
  out[i] = v;
}
