// As rows.1 for kernels whose invocations each choose their row of x: they set `chosen_start` before they multiply.
const R = 1u;
alias X = vec4f;
alias Y = f32;
alias Starts = u32;
struct Dots { units: u32, rows: u32, x_at: u32, x_row: u32 }
var<private> chosen_start: u32;

fn starts(first: u32) -> Starts { return chosen_start; }
fn x_at(s: Starts, k4: u32) -> X { return x[s + k4]; }
fn product(weights: vec4f, v: X) -> Y { return dot(weights, v); }
fn row_of(y: Y, r: u32) -> f32 { return y; }
