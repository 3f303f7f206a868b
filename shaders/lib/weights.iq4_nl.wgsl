// GGUF's IQ4_NL: d·level[nibble], a binary16 for 32.
// −127 −104 −83 −65 −49 −35 −22 −10 1 13 25 38 53 69 89 113
const LEVELS = vec4u(0xbfad9881u, 0xf6eaddcfu, 0x26190d01u, 0x71594535u);
alias Raw = u32; // 8 nibbles
fn raw_at(i: u32) -> Raw { return w[i]; }
fn low(raw: Raw) -> vec4f { return levels(raw); }
fn high(raw: Raw) -> vec4f { return levels(raw >> 16u); }
fn scale_at(i: u32) -> f32 { return half_at(i >> 2u); }

alias Loads = vec4u;
fn group_at(g: u32) -> Loads {
  let at = 4u * g;
  return vec4u(w[at], w[at + 1u], w[at + 2u], w[at + 3u]);
}
fn load_of(loads: Loads, i: u32) -> Raw { return loads[i]; }
