// uses: lib/activations.wgsl
// h[r, j] = act(x[r, j])·x[r, hidden + j]: SwiGLU or GeGLU after a matmul that gave gates and ups side by side. Four
// numbers an invocation.
const GELU = false; // GeGLU, in the tanh form
struct Args { rows: u32, quads: u32 }

@group(0) @binding(0) var<storage, read>       x:    array<vec4f>; // (rows, 2·hidden / 4)
@group(0) @binding(1) var<storage, read_write> h:    array<vec4f>; // (rows, hidden / 4)
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 64u;

fn gated(v: f32) -> f32 {
  if (GELU) { return gelu_tanh(v); }
  return silu(v);
}

@compute @workgroup_size(WG)
fn gate_activation(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let r = i / args.quads;
  if (r >= args.rows) { return; }
  let at = r * 2u * args.quads + i % args.quads;
  let g = x[at];
  h[i] = vec4f(gated(g.x), gated(g.y), gated(g.z), gated(g.w)) * x[at + args.quads];
}
