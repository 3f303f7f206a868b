// Four weight rows (a quad) times rows of x: who computes what. The dot.*.wgsl files offer the same names. Here one
// invocation finishes one row of x (workgroup z) of one quad, and shares nothing: the baseline.
struct In {
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
}
struct Sums { v: vec4f }
const WG = 64u;

// The quad this invocation works at; it may be past the last.
fn quad_of(in: In) -> u32 { return (in.wg.x + in.wg.y * in.groups.x) * WG + in.t; }
// Whether an invocation past the last quad may return; not where others wait for it at a barrier.
fn may_leave(quad: u32, quads: u32) -> bool { return quad >= quads; }
// Rows of x that this invocation finishes.
fn row_first(in: In) -> u32 { return in.wg.z; }
fn row_step(in: In) -> u32 { return 0x40000000u; }

fn dot_row(start: u32, row: u32) -> f32 {
  var sum = 0.0;
  for (var u = 0u; u < args.dots.units; u++) {
    let raw = raw_at(row * args.dots.units + u);
    sum += unit_scale(row, u) * (dot(low(raw), x[start + 2u * u]) + dot(high(raw), x[start + 2u * u + 1u]));
  }
  return sum * row_scale(row);
}

fn dot4(in: In, rows: vec4u) -> Sums {
  let start = starts(in.wg.z);
  return Sums(vec4f(dot_row(start, rows.x), dot_row(start, rows.y), dot_row(start, rows.z), dot_row(start, rows.w)));
}
// The four sums of one row of x.
fn total(in: In, sums: Sums, r: u32) -> vec4f { return sums.v; }
