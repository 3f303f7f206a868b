// As pairs.f32 for binary16, two a word: unpacked by a built-in that needs no shader-f16.
@group(0) @binding(0) var<storage, read> w:      array<u32>;
@group(0) @binding(1) var<storage, read> scales: array<u32>; // none in this format

fn pair(at: u32, p: u32) -> vec2f { return unpack2x16float(w[at + p]); }
fn row_scale(row: u32) -> f32 { return 1.0; }
