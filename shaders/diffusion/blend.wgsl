// arena[out + i] = m·arena[a + i] + (1 − m)·arena[b + i] with m = arena[by + i]: a where the mask is 1, b elsewhere.
// `out` may be any of the others: each number is read before it is written, by the same invocation.
struct Args {
  count: u32, by: u32, a: u32, b: u32,
  out: u32,
}

@group(0) @binding(0) var<storage, read_write> arena: array<f32>;
@group(0) @binding(1) var<uniform>             args:  Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn blend(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  if (i >= args.count) { return; }
  let m = arena[args.by + i];
  arena[args.out + i] = m * arena[args.a + i] + (1.0 - m) * arena[args.b + i];
}
