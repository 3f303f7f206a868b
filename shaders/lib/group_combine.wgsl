// What the versions of group_combine share: arguments, where a channel's sums lie, and what is stored of it.
struct Args {
  samples: u32, groups: u32, c0: u32, c1: u32,             // channels of the first picture, and of a second
  pixels: u32, slabs: u32, per_slab: u32, has_shift: u32,  // scale_shift: 1 + s and t of a sample's channels
  shift_at: u32, shift_row: u32, eps: f32, pad: u32,
}

@group(0) @binding(0) var<storage, read>       sums:        array<vec2f>; // (samples, slabs, c0): mean, Σ(x − mean)²
@group(0) @binding(1) var<storage, read>       sums2:       array<vec2f>; // (samples, slabs, c1)
@group(0) @binding(2) var<storage, read>       gamma:       array<f32>;
@group(0) @binding(3) var<storage, read>       beta:        array<f32>;
@group(0) @binding(4) var<storage, read>       scale_shift: array<f32>;
@group(0) @binding(5) var<storage, read_write> norm:        array<f32>;   // (samples, 2, c0 + c1): a, then b
@group(0) @binding(6) var<uniform>             args:        Args;

// Pixels of a slab: the last one may be short.
fn weight(slab: u32) -> f32 { return f32(min(args.per_slab, args.pixels - slab * args.per_slab)); }

fn part(sample: u32, channel: u32, slab: u32) -> vec2f {
  let line = sample * args.slabs + slab;
  if (channel < args.c0) { return sums[line * args.c0 + channel]; }
  return sums2[line * args.c1 + channel - args.c0];
}

fn store(sample: u32, channel: u32, mean: f32, inverse: f32) {
  let channels = args.c0 + args.c1;
  var a = gamma[channel] * inverse;
  var b = beta[channel] - mean * a;
  if (args.has_shift != 0u) {
    let at = args.shift_at + sample * args.shift_row + channel;
    let scale = 1.0 + scale_shift[at];
    a *= scale;
    b = b * scale + scale_shift[at + channels];
  }
  norm[2u * sample * channels + channel] = a;
  norm[(2u * sample + 1u) * channels + channel] = b;
}
