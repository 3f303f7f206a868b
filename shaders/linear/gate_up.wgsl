// uses: lib/weights.f32.wgsl lib/rows.1.wgsl lib/dot.2.lanes.wgsl lib/activations.wgsl
// h[r, j] = act(W[j]·x[r])·(W[hidden + j]·x[r]): the gate and up projections of SwiGLU or GeGLU (Shazeer 2020, "GLU
// variants improve transformer") and their product in one dispatch, for up to eight rows of x. A quad is two gate rows
// and their two up rows.
const GELU = false; // GeGLU, in the tanh form
struct Args { dots: Dots, hidden: u32, h_at: u32, h_row: u32 }

@group(0) @binding(2) var<storage, read>       x:    array<vec4f>; // (rows, 2·units)
@group(0) @binding(3) var<storage, read_write> h:    array<f32>;   // (rows, hidden)
@group(0) @binding(4) var<uniform>             args: Args;

fn gated(v: f32) -> f32 {
  if (GELU) { return gelu_tanh(v); }
  return silu(v);
}

@compute @workgroup_size(WG)
fn gate_up(in: In) {
  let quads = (args.hidden + 1u) / 2u;
  let q = quad_of(in);
  if (may_leave(q, quads)) { return; }
  let j = min(q, quads - 1u) * 2u;
  let next = min(j + 1u, args.hidden - 1u);
  // Every invocation must reach the barriers of dot4; one without a quad of its own then has no rows to finish.
  let rows_of_x = select(0u, args.dots.rows, q < quads);
  let sums = dot4(in, vec4u(j, next, args.hidden + j, args.hidden + next));
  for (var r = row_first(in); r < rows_of_x; r += row_step(in)) {
    let v = total(in, sums, r);
    let at = args.h_at + r * args.h_row + j;
    h[at] = gated(v.x) * v.z;
    if (j + 1u < args.hidden) { h[at + 1u] = gated(v.y) * v.w; }
  }
}
