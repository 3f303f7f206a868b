// First pass of GroupNorm over an NHWC picture: mean and squared deviations of every channel in slabs of pixels. Per
// channel, never per group: groups of 10 or 30 channels do not fall on loads of four, and a group may reach over the
// seam of two pictures. An invocation owns a channel of a slab; sums are taken about the slab's first pixel, since the
// difference of two large numbers would lose what a small variance beside a large mean is.
//
// x may hold a part of every sample's pixels, and some slabs be summed: a picture in strips gets the very sums that it
// gets whole.
struct Args {
  samples: u32, pixels: u32, channels: u32, slabs: u32, per_slab: u32, // of the whole picture
  first_slab: u32, here: u32,                                          // slabs that are summed
  x_first: u32, x_pixels: u32,                                         // pixels of a sample that x holds
}

@group(0) @binding(0) var<storage, read>       x:    array<f32>;   // (samples, pixels here, channels)
@group(0) @binding(1) var<storage, read_write> sums: array<vec2f>; // (samples, slabs, channels): mean, Σ(x − mean)²
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn group_sums(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let channel = i % args.channels;
  let line = i / args.channels;
  if (line >= args.samples * args.here) { return; }
  let sample = line / args.here;
  let slab = args.first_slab + line % args.here;
  let first = slab * args.per_slab;
  let count = min(args.per_slab, args.pixels - first);
  var at = (sample * args.x_pixels + first - args.x_first) * args.channels + channel;
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
  sums[(sample * args.slabs + slab) * args.channels + channel] = vec2f(about + mean, max(0.0, squares - sum * mean));
}
