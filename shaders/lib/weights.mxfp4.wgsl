// GGUF's MXFP4: 2^(e − 128)·level[nibble], a byte of exponent for 32: the OCP's E2M1 doubled, its E8M0 scale halved.
// 0 1 2 3 4 6 8 12, then their negatives
const LEVELS = vec4u(0x03020100u, 0x0c080604u, 0xfdfeff00u, 0xf4f8fafcu);
alias Raw = u32; // 8 nibbles
fn raw_at(i: u32) -> Raw { return w[i]; }
fn low(raw: Raw) -> vec4f { return levels(raw); }
fn high(raw: Raw) -> vec4f { return levels(raw >> 16u); }
// The exponents 0 and 1 are subnormal numbers, which a device may take for 0.
fn scale_at(i: u32) -> f32 {
  let e = (scales[i >> 4u] >> (8u * ((i >> 2u) & 3u))) & 255u;
  return bitcast<f32>(select((e - 1u) << 23u, 0x200000u << (e & 1u), e < 2u));
}

alias Loads = vec4u;
fn group_at(g: u32) -> Loads {
  let at = 4u * g;
  return vec4u(w[at], w[at + 1u], w[at + 2u], w[at + 3u]);
}
fn load_of(loads: Loads, i: u32) -> Raw { return loads[i]; }
