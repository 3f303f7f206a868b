// Rotary positions (Su et al. 2021, "RoFormer"), Hugging Face's half-split pairs: elements j and j + headDim/2 of a
// head turn by position·frequency[j]. Frequencies are turns per token in 44-bit fixed point (high 32 bits, low 12), so
// that the fraction of a turn comes out of wrapping integer arithmetic, exact to 2^-24 of a turn for positions up to
// 2^20: an f32 angle at position 100,000 would be wrong in the third digit. Needs lib/trig.wgsl; the including file's
// args hold `turns`, two frequencies a vec4u, and `amplitude`.
fn turn(position: u32, frequency: vec2u) -> f32 {
  let phase = position * frequency.x + ((position * frequency.y) >> 12u);
  return f32((phase + 128u) >> 8u) * (1.0 / 16777216.0);
}
// (cos, cos, sin, sin) for the pairs j and j + 1, times the amplitude where they turn; j is even. YaRN and LongRoPE
// have an amplitude; pairs of frequency 0 are those that a model leaves alone.
fn rotation(position: u32, j: u32) -> vec4f {
  let f = args.turns[j / 2u];
  let moving = vec2<bool>((f.x | f.y) != 0u, (f.z | f.w) != 0u);
  let size = select(vec2f(1.0), vec2f(args.amplitude), moving);
  return cos_turn(vec2f(turn(position, f.xy), turn(position, f.zw))) * size.xyxy;
}
