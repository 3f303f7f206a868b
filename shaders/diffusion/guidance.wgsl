// arena[out] = u + weight·(c − u): classifier-free guidance on two registers of `count` numbers. `out` may be either.
struct Args { count: u32, conditional: u32, unconditional: u32, out: u32, weight: f32 }

@group(0) @binding(0) var<storage, read_write> arena: array<f32>;
@group(0) @binding(1) var<uniform>             args:  Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn guidance(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  if (i >= args.count) { return; }
  let u = arena[args.unconditional + i];
  arena[args.out + i] = u + args.weight * (arena[args.conditional + i] - u);
}
