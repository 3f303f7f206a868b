// x[r] += table[r mod table_rows] in place: positions onto the tokens of every sample. One Number an invocation.
alias Number = vec4f;
struct Args { count: u32, table_count: u32 }

@group(0) @binding(0) var<storage, read>       table: array<Number>; // (table_rows, width)
@group(0) @binding(1) var<storage, read_write> x:     array<Number>; // (rows, width)
@group(0) @binding(2) var<uniform>             args:  Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn add_rows(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  if (i < args.count) { x[i] += table[i % args.table_count]; }
}
