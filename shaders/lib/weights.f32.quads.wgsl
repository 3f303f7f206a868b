// As weights.f32 in loads of four columns, for dot.6.handed and conv2d.3.octet: to find a half of a unit costs a shift
// for every load.
const UNITS_PER_SCALE = 0u;

@group(0) @binding(0) var<storage, read> w:      array<vec4f>;
@group(0) @binding(1) var<storage, read> scales: array<u32>; // none in this format

fn unit_scale(row: u32, unit: u32) -> f32 { return 1.0; }
fn row_scale(row: u32) -> f32 { return 1.0; }

const STEP = 1u;
alias Load = vec4f;
fn near(l: Load) -> vec4f { return l; }
fn far(l: Load) -> vec4f { return vec4f(0.0); }
// The loads that go with one scale, four of int4 and one of the others, and one of them: what dot.6.handed asks of all
// formats.
alias Loads = u32;
fn loads_at(row_at: u32, s: u32) -> Loads { return row_at + s; }
fn load_of(g: Loads, i: u32) -> Load { return w[g + i]; }
