// First pass of GroupNorm over an NHWC picture: mean and squared deviations of every channel in slabs of pixels. Per
// channel, never per group: groups of 10 or 30 channels do not fall on loads of four, and a group may reach over the
// seam of two pictures. An invocation owns a channel of a slab; sums are taken about the slab's first pixel, since the
// difference of two large numbers would lose what a small variance beside a large mean is.
struct Args { samples: u32, pixels: u32, channels: u32, slabs: u32, per_slab: u32 }

@group(0) @binding(0) var<storage, read>       x:    array<f32>;   // (samples, pixels, channels)
@group(0) @binding(1) var<storage, read_write> sums: array<vec2f>; // (samples, slabs, channels): mean, Σ(x − mean)²
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn group_sums(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let channel = i % args.channels;
  let line = i / args.channels;
  if (line >= args.samples * args.slabs) { return; }
  let slab = line % args.slabs;
  let first = slab * args.per_slab;
  let count = min(args.per_slab, args.pixels - first);
  var at = ((line / args.slabs) * args.pixels + first) * args.channels + channel;
  let about = x[at];
  var sum = 0.0;
  var squares = 0.0;
  for (var p = 0u; p < count; p++) {
    let d = x[at] - about;
    sum += d;
    squares += d * d;
    at += args.channels;
  }
  let mean = sum / f32(count);
  sums[i] = vec2f(about + mean, max(0.0, squares - sum * mean));
}
