// uses: lib/pointwise.wgsl lib/tanh.wgsl
// x = f(x) in place. One Number an invocation.
alias Number = vec4f;
const ACTIVATION = 0u;
struct Args { count: u32, most: f32 }

@group(0) @binding(0) var<storage, read_write> x:    array<Number>;
@group(0) @binding(1) var<uniform>             args: Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn activate(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  if (i < args.count) { x[i] = activated(ACTIVATION, x[i], args.most); }
}
