// One channel of a picture (lib/picture.wgsl), whatever the number of channels: `x` and `x2` are arrays of f32.
fn channel_at(sample: u32, row: i32, column: i32, c: u32) -> f32 {
  let c0 = args.picture.c0;
  let count = c0 + args.picture.c1;
  if (!inside(row, column) || c >= count) { return 0.0; }
  let pixel = pixel_of(sample, u32(row), u32(column));
  var v = 0.0;
  if (c < c0) { v = x[pixel * c0 + c]; } else { v = x2[pixel * args.picture.c1 + c - c0]; }
  if (args.picture.has_norm != 0u) {
    let at = 2u * sample * count + c;
    v = norm[at] * v + norm[at + count];
  }
  return activated(v);
}
