// GELU in its tanh form, as GPT-2 has it, and SiLU; finite for any finite argument.
fn gelu_tanh(v: f32) -> f32 {
  let u = 0.7978845608028654 * (v + 0.044715 * v * v * v);
  return v / (1.0 + exp(-2.0 * clamp(u, -20.0, 20.0)));
}
fn silu(v: f32) -> f32 { return v / (1.0 + exp(-clamp(v, -80.0, 80.0))); }
