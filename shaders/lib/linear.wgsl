// What matvec and linear_matmul share: arguments and the store. The including file declares `bias`, `y`, `args` and the consts
// ACTIVATION (0 none, 1 gelu-tanh, 2 silu) and RESIDUAL. Needs lib/activations.wgsl and a rows.* file.
struct LinearArgs { dots: Dots, n: u32, y_at: u32, y_row: u32, bias_at: u32, has_bias: u32 }

// y[r, n] = act(sum + bias), or y[r, n] += that; nothing outside the matrix.
fn put(r: u32, n: u32, sum: f32) {
  if (r >= args.dots.rows || n >= args.n) { return; }
  var v = sum;
  if (args.has_bias != 0u) { v += bias[args.bias_at + n]; }
  if (ACTIVATION == 1u) { v = gelu_tanh(v); }
  if (ACTIVATION == 2u) { v = silu(v); }
  let at = args.y_at + r * args.y_row + n;
  if (RESIDUAL) { v += y[at]; }
  y[at] = v;
}

// A constant the compiler cannot see: keeps the store loop a loop, which is run once and would be slow to compile unrolled.
fn outputs(count: u32) -> u32 { return select(count, 0u, args.n == 0u); }
