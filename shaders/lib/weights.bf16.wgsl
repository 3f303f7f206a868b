// BF16, two a word: the high half of a float32.
alias Raw = vec4u; // 8 × bf16
fn raw_at(i: u32) -> Raw { return vec4u(w[4u * i], w[4u * i + 1u], w[4u * i + 2u], w[4u * i + 3u]); }
fn two(v: u32) -> vec2f { return bitcast<vec2f>(vec2u(v << 16u, v & 0xffff0000u)); }
fn low(raw: Raw) -> vec4f { return vec4f(two(raw.x), two(raw.y)); }
fn high(raw: Raw) -> vec4f { return vec4f(two(raw.z), two(raw.w)); }
fn scale_at(i: u32) -> f32 { return 1.0; }

alias Loads = u32;
fn group_at(g: u32) -> Loads { return 4u * g; }
fn load_of(loads: Loads, i: u32) -> Raw { return raw_at(loads + i); }
