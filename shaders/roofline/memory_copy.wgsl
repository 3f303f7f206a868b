// How fast a kernel reads and writes: y = x, a vector at a time, laid out as in memory_read.
struct Args { count: u32, run: u32, passes: u32 } // vectors; a workgroup's own, a multiple of 4·WG

@group(0) @binding(0) var<storage, read>       x:    array<vec4f>; // (count)
@group(0) @binding(1) var<storage, read_write> y:    array<vec4f>; // (count)
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn memory_copy(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) t: u32) {
  let first = wg.x * args.run + t;
  let end = min(args.count, (wg.x + 1u) * args.run);
  for (var pass_ = 0u; pass_ < args.passes; pass_++) {
    var i = first;
    for (; i + 3u * WG < end; i += 4u * WG) {
      y[i] = x[i];
      y[i + WG] = x[i + WG];
      y[i + 2u * WG] = x[i + 2u * WG];
      y[i + 3u * WG] = x[i + 3u * WG];
    }
    for (; i < end; i += WG) { y[i] = x[i]; }
  }
}
