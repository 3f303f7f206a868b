// One row of x against one weight row. The rows.*.wgsl files offer the same names for 1, 2, 4 and 8 rows that share
// every weight load; rows past the last read the last one, and are dropped by whoever stores. X: four columns of each
// row; Y: one number a row.
const R = 1u;
alias X = vec4f;
alias Y = f32;
alias Starts = u32;

// What all kernels over rows of x take first: cols / 8, rows of x, and x's first element and row stride in vec4s.
struct Dots { units: u32, rows: u32, x_at: u32, x_row: u32 }

fn starts(first: u32) -> Starts { return args.dots.x_at + min(first, args.dots.rows - 1u) * args.dots.x_row; }
fn x_at(s: Starts, k4: u32) -> X { return x[s + k4]; }
fn product(weights: vec4f, v: X) -> Y { return dot(weights, v); }
fn row_of(y: Y, r: u32) -> f32 { return y; }
