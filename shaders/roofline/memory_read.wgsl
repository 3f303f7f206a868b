// How fast a kernel reads: every invocation adds up its vectors of x and stores one number, so that no load is idle. A
// workgroup owns one run of x, its invocations side by side in it; four loads in flight. `passes` times over, for
// working sets that caches hold.
struct Args { count: u32, run: u32, passes: u32 } // vectors; a workgroup's own, a multiple of 4·WG

@group(0) @binding(0) var<storage, read>       x:    array<vec4f>; // (count)
@group(0) @binding(1) var<storage, read_write> y:    array<f32>;   // (workgroups, WG)
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn memory_read(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) t: u32) {
  let first = wg.x * args.run + t;
  let end = min(args.count, (wg.x + 1u) * args.run);
  var a = vec4f(0.0);
  var b = vec4f(0.0);
  var c = vec4f(0.0);
  var d = vec4f(0.0);
  for (var pass_ = 0u; pass_ < args.passes; pass_++) {
    var i = first;
    for (; i + 3u * WG < end; i += 4u * WG) {
      a += x[i];
      b += x[i + WG];
      c += x[i + 2u * WG];
      d += x[i + 3u * WG];
    }
    for (; i < end; i += WG) { a += x[i]; }
  }
  y[wg.x * WG + t] = dot((a + b) + (c + d), vec4f(1.0));
}
