// A block type's units as the dot.* and linear_matmul files ask for them (see weights.f32).
const UNITS_PER_SCALE = 4u;
fn unit_scale(row: u32, unit: u32) -> f32 { return scale_at(row * args.dots.units + unit); }
fn row_scale(row: u32) -> f32 { return 1.0; }

const STEP = 2u;
alias Load = Raw;
fn load(row_at: u32, s: u32) -> Load { return raw_at(row_at + s); }
fn near(l: Load) -> vec4f { return low(l); }
fn far(l: Load) -> vec4f { return high(l); }
fn loads_at(row_at: u32, s: u32) -> Loads { return group_at((row_at + s) / 4u); }
