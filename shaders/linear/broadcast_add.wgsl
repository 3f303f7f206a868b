// y[i, j, c] = a[i·a_i + j·a_j + c] + b[i·b_i + j·b_j + c], y dense (outer, inner, dim). Zero strides broadcast:
// position rows onto every sample's tokens, or every block's modulation table onto one shared modulation. One
// invocation per number.
struct Args { outer: u32, inner: u32, dim: u32, a_i: u32, a_j: u32, b_i: u32, b_j: u32 }

@group(0) @binding(0) var<storage, read>       a:    array<f32>;
@group(0) @binding(1) var<storage, read>       b:    array<f32>;
@group(0) @binding(2) var<storage, read_write> y:    array<f32>;
@group(0) @binding(3) var<uniform>             args: Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn broadcast_add(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let n = id.x + id.y * groups.x * WG;
  let c = n % args.dim;
  let j = (n / args.dim) % args.inner;
  let i = n / (args.dim * args.inner);
  if (i >= args.outer) { return; }
  y[n] = a[i * args.a_i + j * args.a_j + c] + b[i * args.b_i + j * args.b_j + c];
}
