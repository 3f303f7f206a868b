// As weights.f32 for nibbles (value + 8) with one f16 scale per 32 columns, two scales a word. cols is a multiple of
// 32. The including file's args.dots.units is cols / 8.
alias Raw = u32; // 8 × int4
const UNITS_PER_SCALE = 4u;

@group(0) @binding(0) var<storage, read> w:      array<Raw>;
@group(0) @binding(1) var<storage, read> scales: array<u32>; // (rows, cols / 32) f16, flat

// Each nibble stays where it is and becomes the last bits of a float: 2^(23 - 4i) + nibble. Less that power and the 8
// it is the value, exactly. Software adapters do this up to twice as fast as shifts by a lane's own count and
// conversions.
fn nibbles(v: vec4u) -> vec4f {
  return bitcast<vec4f>(
    (v & vec4u(15u, 240u, 3840u, 61440u)) | vec4u(0x4b000000u, 0x49000000u, 0x47000000u, 0x45000000u)
  ) - vec4f(8388616.0, 524296.0, 32776.0, 2056.0);
}
fn raw_at(i: u32) -> Raw { return w[i]; }
fn low(raw: Raw) -> vec4f { return nibbles(vec4u(raw)); }
fn high(raw: Raw) -> vec4f { return nibbles(vec4u(raw >> 16u)); }
fn unit_scale(row: u32, unit: u32) -> f32 {
  let s = row * args.dots.units + unit;
  let word = scales[s >> 3u];
  // one shift and one half to unpack: SwiftShader is slow at both
  return unpack2x16float(select(word * 65536u, word, (s & 4u) != 0u)).y;
}
fn row_scale(row: u32) -> f32 { return 1.0; }

const STEP = 2u;
alias Load = Raw;
fn load(row_at: u32, s: u32) -> Load { return w[row_at + s]; }
fn near(l: Load) -> vec4f { return low(l); }
fn far(l: Load) -> vec4f { return high(l); }
alias Loads = u32;
fn loads_at(row_at: u32, s: u32) -> Loads { return row_at + s; }
fn load_of(g: Loads, i: u32) -> Load { return load(g, i); }
