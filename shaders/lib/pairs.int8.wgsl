// As pairs.f32 for signed bytes with one f32 scale a row, read as byte / 127; row_scale gives the 127 back.
@group(0) @binding(0) var<storage, read> w:      array<u32>;
@group(0) @binding(1) var<storage, read> scales: array<u32>; // (rows) f32

fn pair(at: u32, p: u32) -> vec2f {
  let four = unpack4x8snorm(w[(at + p) >> 1u]);
  return select(four.xy, four.zw, (p & 1u) != 0u); // rows start at whole words
}
fn row_scale(row: u32) -> f32 { return 127.0 * bitcast<f32>(scales[row]); }
