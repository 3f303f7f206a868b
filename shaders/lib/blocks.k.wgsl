// Scale and minimum, times the block's own, of group g of Q4_K and Q5_K: 6 bits each, see blockFormats.
fn scaled(g: u32) -> vec2f {
  let at = 4u * (g >> 3u);
  let s = g & 7u;
  let d = unpack2x16float(scales[at]);
  let high = scales[at + 3u];
  let scale = ((scales[at + 1u] >> (4u * s)) & 15u) | (((high >> (2u * s)) & 3u) << 4u);
  let least = ((scales[at + 2u] >> (4u * s)) & 15u) | (((high >> (16u + 2u * s)) & 3u) << 4u);
  return d * vec2f(f32(scale), -f32(least));
}
