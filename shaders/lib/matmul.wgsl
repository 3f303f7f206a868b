// What every matmul shares: arguments, the epilogue and the store. The including file declares `bias`, `gate`, `c`,
// `args`, and the consts ACTIVATION (0 none, 1 gelu-tanh, 2 silu) and RESIDUAL (0 none, 1 add, 2 gated add).
struct MatmulArgs {
  m: u32, n: u32, k: u32, batch: u32,
  a_row: u32, b_row: u32, c_row: u32, has_bias: u32,          // row strides in elements
  a_batch: u32, b_batch: u32, c_batch: u32, gate_row: u32,    // batch strides; gate row stride
  a_at: u32, b_at: u32, c_at: u32, rows_per_gate: u32,        // first elements
  bias_at: u32, gate_at: u32, alpha: f32, pad: u32,
}

fn activate(v: f32) -> f32 {
  if (ACTIVATION == 1u) {
    let u = 0.7978845608028654 * (v + 0.044715 * v * v * v);
    return v / (1.0 + exp(-2.0 * clamp(u, -20.0, 20.0)));
  }
  if (ACTIVATION == 2u) { return v / (1.0 + exp(-clamp(v, -80.0, 80.0))); }
  return v;
}

// A constant the compiler cannot see: keeps the store loop a loop, which is run once and would be slow to compile
// unrolled.
fn outputs(count: u32) -> u32 { return select(count, 0u, args.m == 0u); }

// Finish and store one output: c = act(alpha·sum + bias), or c += [gate·] of it.
fn put(batch: u32, row: u32, col: u32, sum: f32) {
  if (row >= args.m || col >= args.n) { return; }
  var v = args.alpha * sum;
  if (args.has_bias != 0u) { v += bias[args.bias_at + col]; }
  v = activate(v);
  let at = args.c_at + batch * args.c_batch + row * args.c_row + col;
  if (RESIDUAL == 2u) { v *= gate[args.gate_at + (row / args.rows_per_gate) * args.gate_row + col]; }
  if (RESIDUAL != 0u) { v += c[at]; }
  c[at] = v;
}

fn activate4(v: vec4f) -> vec4f {
  if (ACTIVATION == 1u) {
    let u = 0.7978845608028654 * (v + 0.044715 * v * v * v);
    return v / (1.0 + exp(-2.0 * clamp(u, vec4f(-20.0), vec4f(20.0))));
  }
  if (ACTIVATION == 2u) { return v / (1.0 + exp(-clamp(v, vec4f(-80.0), vec4f(80.0)))); }
  return v;
}

// The biases of four columns, clamped to the last one: loaded once for many rows.
fn bias4(col: u32) -> vec4f {
  if (args.has_bias == 0u) { return vec4f(0.0); }
  let end = args.bias_at + args.n - 1u;
  let p = args.bias_at + col;
  return vec4f(bias[min(p, end)], bias[min(p + 1u, end)], bias[min(p + 2u, end)], bias[min(p + 3u, end)]);
}

// As `put` for four outputs of a row, at half its price on software adapters.
fn put4(batch: u32, row: u32, col: u32, sum: vec4f, biases: vec4f) {
  if (row >= args.m || col >= args.n) { return; }
  var v = activate4(args.alpha * sum + biases);
  let at = args.c_at + batch * args.c_batch + row * args.c_row + col;
  let more = args.n - 1u - col; // columns after the first
  if (RESIDUAL == 2u) {
    let p = args.gate_at + (row / args.rows_per_gate) * args.gate_row + col;
    v *= vec4f(gate[p], gate[p + min(1u, more)], gate[p + min(2u, more)], gate[p + min(3u, more)]);
  }
  if (RESIDUAL != 0u) { v += vec4f(c[at], c[at + min(1u, more)], c[at + min(2u, more)], c[at + min(3u, more)]); }
  c[at] = v.x;
  if (more > 0u) { c[at + 1u] = v.y; }
  if (more > 1u) { c[at + 2u] = v.z; }
  if (more > 2u) { c[at + 3u] = v.w; }
}
