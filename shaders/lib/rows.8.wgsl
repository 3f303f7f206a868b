// As rows.1 for eight rows.
const R = 8u;
struct X { a: mat4x4f, b: mat4x4f }
alias Y = mat2x4f;
struct Starts { a: vec4u, b: vec4u }

struct Dots { units: u32, rows: u32, x_at: u32, x_row: u32 }

fn starts(first: u32) -> Starts {
  let last = vec4u(args.dots.rows - 1u);
  return Starts(
    args.dots.x_at + min(first + vec4u(0u, 1u, 2u, 3u), last) * args.dots.x_row,
    args.dots.x_at + min(first + vec4u(4u, 5u, 6u, 7u), last) * args.dots.x_row,
  );
}
fn x_at(s: Starts, k4: u32) -> X {
  return X(
    mat4x4f(x[s.a.x + k4], x[s.a.y + k4], x[s.a.z + k4], x[s.a.w + k4]),
    mat4x4f(x[s.b.x + k4], x[s.b.y + k4], x[s.b.z + k4], x[s.b.w + k4]),
  );
}
fn product(weights: vec4f, v: X) -> Y { return mat2x4f(weights * v.a, weights * v.b); }
fn row_of(y: Y, r: u32) -> f32 { return y[r / 4u][r % 4u]; }
