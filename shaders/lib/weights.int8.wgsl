// As weights.f32 for signed bytes with one f32 scale a row. Bytes are read as byte / 127, the built-in that software
// adapters do three times as fast as a conversion from integers; row_scale gives the 127 back.
alias Raw = vec2u; // 8 × int8
const UNITS_PER_SCALE = 0u;

@group(0) @binding(0) var<storage, read> w:      array<Raw>;
@group(0) @binding(1) var<storage, read> scales: array<u32>; // (rows) f32

fn raw_at(i: u32) -> Raw { return w[i]; }
fn low(raw: Raw) -> vec4f { return unpack4x8snorm(raw.x); }
fn high(raw: Raw) -> vec4f { return unpack4x8snorm(raw.y); }
fn unit_scale(row: u32, unit: u32) -> f32 { return 1.0; }
fn row_scale(row: u32) -> f32 { return 127.0 * bitcast<f32>(scales[row]); }

const STEP = 2u;
alias Load = Raw;
fn load(row_at: u32, s: u32) -> Load { return w[row_at + s]; }
fn near(l: Load) -> vec4f { return low(l); }
fn far(l: Load) -> vec4f { return high(l); }
alias Loads = u32;
fn loads_at(row_at: u32, s: u32) -> Loads { return row_at + s; }
fn load_of(g: Loads, i: u32) -> Load { return load(g, i); }
