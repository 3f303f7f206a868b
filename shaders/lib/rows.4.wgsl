// As rows.1 for four rows.
const R = 4u;
alias X = mat4x4f;
alias Y = vec4f;
alias Starts = vec4u;

struct Dots { units: u32, rows: u32, x_at: u32, x_row: u32 }

fn starts(first: u32) -> Starts {
  return args.dots.x_at + min(first + vec4u(0u, 1u, 2u, 3u), vec4u(args.dots.rows - 1u)) * args.dots.x_row;
}
fn x_at(s: Starts, k4: u32) -> X { return mat4x4f(x[s.x + k4], x[s.y + k4], x[s.z + k4], x[s.w + k4]); }
fn product(weights: vec4f, v: X) -> Y { return weights * v; }
fn row_of(y: Y, r: u32) -> f32 { return y[r]; }
