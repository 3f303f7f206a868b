// As rows.1 for two rows.
const R = 2u;
alias X = mat2x4f;
alias Y = vec2f;
alias Starts = vec2u;

struct Dots { units: u32, rows: u32, x_at: u32, x_row: u32 }

fn starts(first: u32) -> Starts {
  return args.dots.x_at + min(first + vec2u(0u, 1u), vec2u(args.dots.rows - 1u)) * args.dots.x_row;
}
fn x_at(s: Starts, k4: u32) -> X { return mat2x4f(x[s.x + k4], x[s.y + k4]); }
fn product(weights: vec4f, v: X) -> Y { return weights * v; }
fn row_of(y: Y, r: u32) -> f32 { return y[r]; }
