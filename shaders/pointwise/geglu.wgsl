// uses: lib/pointwise.wgsl lib/tanh.wgsl
// y[r, c] = x[r, c]·gelu(x[r, width + c]) with the exact GELU, after a matrix product that gave values and gates side
// by side (https://arxiv.org/abs/2002.05202). One Number an invocation.
alias Number = vec4f;
struct Args { rows: u32, width: u32 }

@group(0) @binding(0) var<storage, read>       x:    array<Number>; // (rows, 2·width)
@group(0) @binding(1) var<storage, read_write> y:    array<Number>; // (rows, width)
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn geglu(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let r = i / args.width;
  if (r >= args.rows) { return; }
  let at = i + r * args.width;
  let gate = x[at + args.width];
  y[i] = x[at] * gate * normal_below(gate);
}
