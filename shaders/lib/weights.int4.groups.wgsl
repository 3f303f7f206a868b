// As weights.int4 with the 32 columns of a scale in one load, for dot.6.handed alone: a load's address costs lavapipe
// as much as its words.
const UNITS_PER_SCALE = 4u;

@group(0) @binding(0) var<storage, read> w:      array<vec4u>;
@group(0) @binding(1) var<storage, read> scales: array<u32>;

fn nibbles(v: vec4u) -> vec4f {
  return bitcast<vec4f>(
    (v & vec4u(15u, 240u, 3840u, 61440u)) | vec4u(0x4b000000u, 0x49000000u, 0x47000000u, 0x45000000u)
  ) - vec4f(8388616.0, 524296.0, 32776.0, 2056.0);
}
fn low(raw: u32) -> vec4f { return nibbles(vec4u(raw)); }
fn high(raw: u32) -> vec4f { return nibbles(vec4u(raw >> 16u)); }
fn unit_scale(row: u32, unit: u32) -> f32 {
  let s = row * args.dots.units + unit;
  let word = scales[s >> 3u];
  return unpack2x16float(select(word * 65536u, word, (s & 4u) != 0u)).y;
}
fn row_scale(row: u32) -> f32 { return 1.0; }

const STEP = 2u;
alias Load = u32;
fn near(l: Load) -> vec4f { return low(l); }
fn far(l: Load) -> vec4f { return high(l); }
alias Loads = vec4u;
fn loads_at(row_at: u32, s: u32) -> Loads { return w[(row_at + s) / 4u]; }
fn load_of(g: Loads, i: u32) -> Load { return g[i]; }
