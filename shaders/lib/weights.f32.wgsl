// The weights of one linear layer, (rows, cols) by rows, eight columns (one unit) at a time; cols is a multiple of 8.
// The four weights.*.wgsl files offer the same names, so that one kernel source reads every format:
//   weight = low/high(w[row·units + unit])[i] · unit_scale(row, unit) · row_scale(row).
alias Raw = mat2x4f; // 8 × f32
const UNITS_PER_SCALE = 0u; // 0: one unit_scale for the whole row

@group(0) @binding(0) var<storage, read> w:      array<Raw>;
@group(0) @binding(1) var<storage, read> scales: array<u32>; // none in this format

fn raw_at(i: u32) -> Raw { return w[i]; }
fn low(raw: Raw) -> vec4f { return raw[0]; }
fn high(raw: Raw) -> vec4f { return raw[1]; }
fn unit_scale(row: u32, unit: u32) -> f32 { return 1.0; }
fn row_scale(row: u32) -> f32 { return 1.0; }

// The same in loads of at most 16 bytes, for kernels that keep few loads in flight: load s of a row holds columns
// 4·STEP·s …, as near and, with a STEP of 2, far.
const STEP = 1u;
alias Load = vec4f;
fn load(row_at: u32, s: u32) -> Load { return w[row_at + (s >> 1u)][s & 1u]; }
fn near(l: Load) -> vec4f { return l; }
fn far(l: Load) -> vec4f { return vec4f(0.0); }
