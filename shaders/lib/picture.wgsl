// Reading an NHWC picture as a convolution does: of two inputs side by side along the channels (the second may be
// empty), twice as large where `up` is 1 (nearest), normalised by a channel's a·x + b and activated, zero outside. The
// including file declares `x`, `x2`, `norm` and `args.picture`.
struct Picture {
  height: u32, width: u32,           // as read: after the doubling
  up: u32,                           // 1: each stored pixel is 2×2 read ones
  stored_width: u32,
  stored_first: u32, stored_rows: u32, // of the stored rows those that lie in the buffers (a band, or all)
  c0: u32, c1: u32,                  // channels of x and of x2
  has_norm: u32,                     // norm: (samples, 2, c0 + c1), all a of a sample, then all b
  activation: u32,                   // 0 none, 1 SiLU, 2 ReLU
  pad0: u32, pad1: u32,
}

fn inside(row: i32, column: i32) -> bool {
  return row >= 0 && column >= 0 && row < i32(args.picture.height) && column < i32(args.picture.width);
}
// The pixel's number in the buffers.
fn pixel_of(sample: u32, row: u32, column: u32) -> u32 {
  let p = args.picture;
  return (sample * p.stored_rows + (row >> p.up) - p.stored_first) * p.stored_width + (column >> p.up);
}
fn activated(v: f32) -> f32 {
  if (args.picture.activation == 1u) { return v / (1.0 + exp(-clamp(v, -80.0, 80.0))); }
  if (args.picture.activation == 2u) { return max(v, 0.0); }
  return v;
}
