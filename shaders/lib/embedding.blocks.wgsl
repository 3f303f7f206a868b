// As embedding.wgsl for GGUF's blocks: the half of a unit that a weights.* file unpacks.
fn embedding(row: u32, i: u32, count: u32) -> vec4f {
  let unit = row * (count / 2u) + i / 2u;
  let raw = raw_at(unit);
  return select(low(raw), high(raw), (i & 1u) == 1u) * scale_at(unit);
}
