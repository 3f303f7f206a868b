// arena[out + i] = the mean of the block of 2×2 in which arena[x + i] stands, in planes of height·width numbers one
// after another. One block an invocation, which reads its four numbers before it writes: `out` may be x.
struct Args { planes: u32, height: u32, width: u32, x: u32, out: u32 }

@group(0) @binding(0) var<storage, read_write> arena: array<f32>;
@group(0) @binding(1) var<uniform>             args:  Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn pool(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let across = args.width / 2u;
  let blocks = across * (args.height / 2u);
  if (i >= args.planes * blocks) { return; }
  let block = i % blocks;
  let at = i / blocks * args.height * args.width + block / across * 2u * args.width + block % across * 2u;
  let source = args.x + at;
  let mean = 0.25 * (arena[source] + arena[source + 1u] + arena[source + args.width] + arena[source + args.width + 1u]);
  let to = args.out + at;
  arena[to] = mean;
  arena[to + 1u] = mean;
  arena[to + args.width] = mean;
  arena[to + args.width + 1u] = mean;
}
