// As weights.f32 for binary16, two a word: unpacked by a built-in that needs no shader-f16.
alias Raw = vec4u; // 8 × f16
const UNITS_PER_SCALE = 0u;

@group(0) @binding(0) var<storage, read> w:      array<Raw>;
@group(0) @binding(1) var<storage, read> scales: array<u32>; // none in this format

fn raw_at(i: u32) -> Raw { return w[i]; }
fn low(raw: Raw) -> vec4f { return vec4f(unpack2x16float(raw.x), unpack2x16float(raw.y)); }
fn high(raw: Raw) -> vec4f { return vec4f(unpack2x16float(raw.z), unpack2x16float(raw.w)); }
fn unit_scale(row: u32, unit: u32) -> f32 { return 1.0; }
fn row_scale(row: u32) -> f32 { return 1.0; }

const STEP = 2u;
alias Load = Raw;
fn load(row_at: u32, s: u32) -> Load { return w[row_at + s]; }
fn near(l: Load) -> vec4f { return low(l); }
fn far(l: Load) -> vec4f { return high(l); }
alias Loads = u32;
fn loads_at(row_at: u32, s: u32) -> Loads { return row_at + s; }
fn load_of(g: Loads, i: u32) -> Load { return load(g, i); }
