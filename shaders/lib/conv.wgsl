// What every conv2d shares: arguments, the epilogue and the store. Pixels of the output are counted over samples, then
// rows of the band, then columns. The including file declares `bias`, `residual`, `y` and `args`; needs
// lib/picture.wgsl for the arguments.
//
// Weights are rows of taps·tap_units units of eight channels: output, (ky, kx), input channel, the channels of a tap
// filled up with zeros to whole units.
struct Dots { units: u32, tap_units: u32, first_unit: u32, count: u32 } // of a row, of a tap; of a tap those read here
struct ConvArgs {
  dots: Dots,
  picture: Picture,
  n: u32, samples: u32, rows: u32, width: u32,                // outputs, and the band of the picture that is written
  kernel: u32, stride: u32, pad: u32, first: u32,             // zeros above and to the left; the band's first row
  x_at: u32, x_line: u32, x_sample: u32, splits: u32,         // of a picture with borders, in vec4s
  y_at: u32, y_row: u32, y_sample: u32, residual_at: u32,     // in elements
  bias_at: u32, bias_row: u32, flags: u32, per_split: u32,
}
const HAS_BIAS = 1u;
const HAS_RESIDUAL = 2u;
const ACCUMULATE = 4u; // y += …
const RELU = 8u;       // at the very end

fn pixels() -> u32 { return args.samples * args.rows * args.width; }
fn sample_of(pixel: u32) -> u32 { return pixel / (args.rows * args.width); }

// A constant the compiler cannot see: keeps the store loop a loop, which is run once and would be slow to compile
// unrolled.
fn outputs(count: u32) -> u32 { return select(count, 0u, args.n == 0u); }

// The biases of four outputs, clamped to the last one; a sample may have its own (a time step's shift).
fn bias4(sample: u32, n: u32) -> vec4f {
  if ((args.flags & HAS_BIAS) == 0u) { return vec4f(0.0); }
  let first = args.bias_at + min(sample, args.samples - 1u) * args.bias_row;
  let last = first + args.n - 1u;
  let p = first + n;
  return vec4f(bias[min(p, last)], bias[min(p + 1u, last)], bias[min(p + 2u, last)], bias[min(p + 3u, last)]);
}

// y = sum + bias, with what is to be added; nothing outside the picture or past the last output.
fn put4(pixel: u32, n: u32, sum: vec4f, biases: vec4f) {
  if (pixel >= pixels() || n >= args.n) { return; }
  var v = sum + biases;
  let sample = sample_of(pixel);
  let place = sample * args.y_sample + (pixel - sample * args.rows * args.width) * args.y_row + n;
  let at = args.y_at + place;
  let more = args.n - 1u - n; // outputs after the first
  if ((args.flags & HAS_RESIDUAL) != 0u) {
    let r = args.residual_at + place;
    v += vec4f(residual[r], residual[r + min(1u, more)], residual[r + min(2u, more)], residual[r + min(3u, more)]);
  }
  if ((args.flags & ACCUMULATE) != 0u) {
    v += vec4f(y[at], y[at + min(1u, more)], y[at + min(2u, more)], y[at + min(3u, more)]);
  }
  if ((args.flags & RELU) != 0u) { v = max(v, vec4f(0.0)); }
  y[at] = v.x;
  if (more > 0u) { y[at + 1u] = v.y; }
  if (more > 1u) { y[at + 2u] = v.z; }
  if (more > 2u) { y[at + 3u] = v.w; }
}
