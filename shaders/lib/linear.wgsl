// What matvec and linear_matmul share: arguments and the store. The including file declares `bias`, `y`, `args` and the
// consts ACTIVATION (0 none, 1 gelu-tanh, 2 silu) and RESIDUAL. Needs lib/activations.wgsl and a rows.* file.
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

// The biases of four outputs, clamped to the last one: loaded once for many rows.
fn bias4(n: u32) -> vec4f {
  if (args.has_bias == 0u) { return vec4f(0.0); }
  let last = args.bias_at + args.n - 1u;
  let p = args.bias_at + n;
  return vec4f(bias[min(p, last)], bias[min(p + 1u, last)], bias[min(p + 2u, last)], bias[min(p + 3u, last)]);
}

// As `put` for four outputs of a row, cheaper on software adapters.
fn put4(r: u32, n: u32, sum: vec4f, biases: vec4f) {
  if (r >= args.dots.rows || n >= args.n) { return; }
  var v = sum + biases;
  if (ACTIVATION == 1u) { v = vec4f(gelu_tanh(v.x), gelu_tanh(v.y), gelu_tanh(v.z), gelu_tanh(v.w)); }
  if (ACTIVATION == 2u) { v = vec4f(silu(v.x), silu(v.y), silu(v.z), silu(v.w)); }
  let at = args.y_at + r * args.y_row + n;
  let more = args.n - 1u - n; // outputs after the first
  if (RESIDUAL) { v += vec4f(y[at], y[at + min(1u, more)], y[at + min(2u, more)], y[at + min(3u, more)]); }
  y[at] = v.x;
  if (more > 0u) { y[at + 1u] = v.y; }
  if (more > 1u) { y[at + 2u] = v.z; }
  if (more > 2u) { y[at + 3u] = v.w; }
}

// A constant the compiler cannot see: keeps the store loop a loop, which is run once and would be slow to compile
// unrolled.
fn outputs(count: u32) -> u32 { return select(count, 0u, args.n == 0u); }
