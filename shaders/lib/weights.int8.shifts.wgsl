// As weights.int8, unpacked by shifts and conversions: lavapipe does these in two thirds of the time, SwiftShader in
// twice.
alias Raw = vec2u; // 8 × int8
const UNITS_PER_SCALE = 0u;

@group(0) @binding(0) var<storage, read> w:      array<Raw>;
@group(0) @binding(1) var<storage, read> scales: array<u32>; // (rows) f32

fn bytes(v: i32) -> vec4f {
  return vec4f(f32((v << 24u) >> 24u), f32((v << 16u) >> 24u), f32((v << 8u) >> 24u), f32(v >> 24u));
}
fn low(raw: Raw) -> vec4f { return bytes(bitcast<i32>(raw.x)); }
fn high(raw: Raw) -> vec4f { return bytes(bitcast<i32>(raw.y)); }
fn unit_scale(row: u32, unit: u32) -> f32 { return 1.0; }
fn row_scale(row: u32) -> f32 { return bitcast<f32>(scales[row]); }

const STEP = 2u;
alias Load = Raw;
fn load(row_at: u32, s: u32) -> Load { return w[row_at + s]; }
fn near(l: Load) -> vec4f { return low(l); }
fn far(l: Load) -> vec4f { return high(l); }
alias Loads = u32;
fn loads_at(row_at: u32, s: u32) -> Loads { return row_at + s; }
fn load_of(g: Loads, i: u32) -> Load { return load(g, i); }
