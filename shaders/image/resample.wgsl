// uses: lib/pointwise.wgsl lib/tanh.wgsl
// An NHWC picture in another size: the nearest pixel as torch takes it, which is the floor of the proportional place,
// or the mean of 2×2. With a norm it is act(a·x + b) that is taken. One Number an invocation.
alias Number = vec4f;
const MEAN = false;
const HAS_NORM = false;
const ACTIVATION = 0u;
struct Args { samples: u32, height: u32, width: u32, channels: u32, out_height: u32, out_width: u32 }

@group(0) @binding(0) var<storage, read>       x:    array<Number>; // (samples, height, width, channels)
@group(0) @binding(1) var<storage, read>       norm: array<Number>; // (samples, 2, channels): all a of a sample, all b
@group(0) @binding(2) var<storage, read_write> y:    array<Number>; // (samples, out_height, out_width, channels)
@group(0) @binding(3) var<uniform>             args: Args;

const WG = 64u;

fn pixel(sample: u32, row: u32, column: u32, c: u32) -> Number {
  var v = x[((sample * args.height + row) * args.width + column) * args.channels + c];
  if (HAS_NORM) {
    let at = 2u * sample * args.channels + c;
    v = norm[at] * v + norm[at + args.channels];
  }
  return activated(ACTIVATION, v, 1.0);
}

@compute @workgroup_size(WG)
fn resample(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let c = i % args.channels;
  let column = (i / args.channels) % args.out_width;
  let row = (i / args.channels / args.out_width) % args.out_height;
  let sample = i / args.channels / args.out_width / args.out_height;
  if (sample >= args.samples) { return; }
  if (MEAN) {
    y[i] = 0.25 * (
      (pixel(sample, 2u * row, 2u * column, c) + pixel(sample, 2u * row, 2u * column + 1u, c))
      + (pixel(sample, 2u * row + 1u, 2u * column, c) + pixel(sample, 2u * row + 1u, 2u * column + 1u, c))
    );
  } else {
    y[i] = pixel(sample, row * args.height / args.out_height, column * args.width / args.out_width, c);
  }
}
