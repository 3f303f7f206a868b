// The weights of a linear layer or convolution two columns at a time, for kernels that keep few values alive: the
// pairs.*.wgsl files offer the same names for the layouts of weights.*.wgsl.
//   weight = pair(row start, p)·row_scale(row)
@group(0) @binding(0) var<storage, read> w:      array<vec2f>;
@group(0) @binding(1) var<storage, read> scales: array<u32>; // none in this format

// Columns 2p and 2p + 1 of the row whose first pair is number `at`.
fn pair(at: u32, p: u32) -> vec2f { return w[at + p]; }
fn row_scale(row: u32) -> f32 { return 1.0; }
