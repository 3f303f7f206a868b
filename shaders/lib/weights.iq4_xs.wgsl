// GGUF's IQ4_XS: d·(scale − 32)·level[nibble], 6 bits of scale for 32; levels as IQ4_NL.
const LEVELS = vec4u(0xbfad9881u, 0xf6eaddcfu, 0x26190d01u, 0x71594535u);
alias Raw = u32; // 8 nibbles
fn raw_at(i: u32) -> Raw { return w[i]; }
fn low(raw: Raw) -> vec4f { return levels(raw); }
fn high(raw: Raw) -> vec4f { return levels(raw >> 16u); }
fn scale_at(i: u32) -> f32 {
  let at = 2u * (i >> 5u);
  let s = (i & 31u) >> 2u;
  let scale = ((scales[at + 1u] >> (4u * s)) & 15u) | (((scales[at] >> (16u + 2u * s)) & 3u) << 4u);
  return unpack2x16float(scales[at]).x * (f32(scale) - 32.0);
}

alias Loads = vec4u;
fn group_at(g: u32) -> Loads {
  let at = 4u * g;
  return vec4u(w[at], w[at + 1u], w[at + 2u], w[at + 3u]);
}
fn load_of(loads: Loads, i: u32) -> Raw { return loads[i]; }
