// counts[slot] += how many of x are NaN or infinite, by their bits: a compiler may take every f32 for finite.
struct Args { count: u32, slot: u32 }

@group(0) @binding(0) var<storage, read>       x:      array<u32>; // f32
@group(0) @binding(1) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(2) var<uniform>             args:   Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn nonfinite(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let all = groups.x * groups.y * WG;
  var n = 0u;
  for (var i = id.x + id.y * groups.x * WG; i < args.count; i += all) {
    n += select(0u, 1u, (x[i] & 0x7f800000u) == 0x7f800000u);
  }
  if (n > 0u) { atomicAdd(&counts[args.slot], n); }
}
