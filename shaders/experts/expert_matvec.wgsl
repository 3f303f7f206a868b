// uses: lib/weights.f32.wgsl lib/rows.chosen.wgsl lib/dot.2.lanes.wgsl
// y[s] = W[e]·x[s / sharing] for a few slots s (a token and one of its choices), e the expert of the slot: what a model
// writes token by token with. Only the chosen experts' weights are read. A slot has a whole number of workgroups, so
// that the lanes of one share its x.
struct Args { dots: Dots, n: u32, slots: u32, sharing: u32, first_row: u32, chunk_rows: u32, y_at: u32, y_row: u32 }

@group(0) @binding(2) var<storage, read>       x:      array<vec4f>; // (slots / sharing, 2·units)
@group(0) @binding(3) var<storage, read>       chosen: array<u32>;   // (slots)
@group(0) @binding(4) var<storage, read_write> y:      array<f32>;   // (slots, n)
@group(0) @binding(5) var<uniform>             args:   Args;

@compute @workgroup_size(WG)
fn expert_matvec(in: In) {
  let across = (args.n + 31u) / 32u * 8u;
  let quads = across * args.slots;
  let q = quad_of(in);
  if (may_leave(q, quads)) { return; }
  let slot = min(q / across, args.slots - 1u);
  let n = (q % across) * 4u;
  let row = chosen[slot] * args.n + n;
  // Of a matrix in several buffers this one holds rows first_row and on.
  let here = q < quads && n < args.n && row >= args.first_row && row - args.first_row < args.chunk_rows;
  let own = select(0u, row - args.first_row, here);
  chosen_start = args.dots.x_at + (slot / args.sharing) * args.dots.x_row;
  // Every invocation must reach the barriers of dot4; one without a quad of its own then has nothing to store.
  let stored = select(0u, 1u, here);
  let sums = dot4(in, min(own + min(vec4u(0u, 1u, 2u, 3u), vec4u(args.n - 1u)), vec4u(args.chunk_rows - 1u)));
  for (var r = row_first(in); r < stored; r += row_step(in)) {
    let v = total(in, sums, r);
    let at = args.y_at + slot * args.y_row + n;
    y[at] = v.x;
    if (n + 1u < args.n) { y[at + 1u] = v.y; }
    if (n + 2u < args.n) { y[at + 2u] = v.z; }
    if (n + 3u < args.n) { y[at + 3u] = v.w; }
  }
}
