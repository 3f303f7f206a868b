// Mean and sum of squared distances from it, of every channel over slabs of the pixels of NHWC pictures: the first half
// of a GroupNorm. Per channel and not per group, so that groups need no multiple of four channels and may lie across
// the seam of two inputs; each slab's sums are about its own first pixel, or the difference of two large numbers would
// be all that is left. Four channels of a slab an invocation; a loop of plain loads, no workgroup memory.
struct Args {
  samples: u32, pixels: u32, quads: u32, per_slab: u32, // of a sample in x; channels / 4; pixels of a slab
  first_quad: u32, all_quads: u32,                      // where these channels stand among all of the norm
  first_slab: u32, all_slabs: u32,
  slabs: u32,                                           // of this call
}

@group(0) @binding(0) var<storage, read>       x:    array<vec4f>;
// Count, mean and squares: (samples, slabs, 3, channels).
@group(0) @binding(1) var<storage, read_write> sums: array<vec4f>;
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 32u;

@compute @workgroup_size(WG)
fn group_stats(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let quad = i % args.quads;
  let slab = (i / args.quads) % args.slabs;
  let sample = i / (args.quads * args.slabs);
  if (sample >= args.samples) { return; }
  let first = slab * args.per_slab;
  let count = min(args.per_slab, args.pixels - first);
  var at = (sample * args.pixels + first) * args.quads + quad;
  let about = x[at];
  var sum = vec4f(0.0);
  var squares = vec4f(0.0);
  for (var p = 0u; p < count; p++) {
    let v = x[at] - about;
    sum += v;
    squares += v * v;
    at += args.quads;
  }
  let n = f32(count);
  let to = (sample * args.all_slabs + args.first_slab + slab) * 3u * args.all_quads + args.first_quad + quad;
  sums[to] = vec4f(n);
  sums[to + args.all_quads] = about + sum / n;
  sums[to + 2u * args.all_quads] = max(squares - sum * (sum / n), vec4f(0.0));
}
