// As pairs.f32 for nibbles (value + 8) with one f16 scale per 32 columns, two scales a word.
@group(0) @binding(0) var<storage, read> w:      array<u32>;
@group(0) @binding(1) var<storage, read> scales: array<u32>; // (rows, cols / 32) f16, flat

fn pair(at: u32, p: u32) -> vec2f {
  let q = at + p;
  let byte = (w[q >> 2u] >> (8u * (q & 3u))) & 255u;
  let scale = unpack2x16float(scales[q >> 5u]);
  return (vec2f(f32(byte & 15u), f32(byte >> 4u)) - 8.0) * select(scale.x, scale.y, (q & 16u) != 0u);
}
fn row_scale(row: u32) -> f32 { return 1.0; }
