// The weights of one linear layer, (rows, cols) by rows, eight columns (one unit) at a time; cols is a multiple of 8. The four
// weights.*.wgsl files offer the same names, so that one kernel source reads every format:
//   weight = low/high(w[row·units + unit])[i] · unit_scale(row, unit) · row_scale(row).
alias Raw = mat2x4f; // 8 × f32
const UNITS_PER_SCALE = 0u; // 0: one unit_scale for the whole row

@group(0) @binding(0) var<storage, read> w:      array<Raw>;
@group(0) @binding(1) var<storage, read> scales: array<u32>; // none in this format

fn low(raw: Raw) -> vec4f { return raw[0]; }
fn high(raw: Raw) -> vec4f { return raw[1]; }
fn unit_scale(row: u32, unit: u32) -> f32 { return 1.0; }
fn row_scale(row: u32) -> f32 { return 1.0; }
