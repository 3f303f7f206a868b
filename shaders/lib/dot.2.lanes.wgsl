// As dot.1.naive, for software adapters: a quad per invocation against all rows of x, so that a weight is read once and
// x a quarter as often. No workgroup memory, no barrier; small workgroups, so that a narrow layer still feeds every
// core.
struct In {
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
}
struct Sums { a: Y, b: Y, c: Y, d: Y }
const WG = 8u;

fn quad_of(in: In) -> u32 { return (in.wg.x + in.wg.y * in.groups.x) * WG + in.t; }
fn may_leave(quad: u32, quads: u32) -> bool { return quad >= quads; }
fn row_first(in: In) -> u32 { return 0u; }
fn row_step(in: In) -> u32 { return 1u; }

fn dot4(in: In, rows: vec4u) -> Sums {
  let units = args.dots.units;
  let span = select(UNITS_PER_SCALE, units, UNITS_PER_SCALE == 0u);
  let s = starts(0u);
  let at = rows * units;
  var sum = Sums();
  for (var first = 0u; first < units; first += span) {
    let end = min(first + span, units);
    var a = Y();
    var b = Y();
    var c = Y();
    var d = Y();
    for (var u = first; u < end; u++) {
      let ra = raw_at(at.x + u);
      let rb = raw_at(at.y + u);
      let rc = raw_at(at.z + u);
      let rd = raw_at(at.w + u);
      let left = x_at(s, 2u * u);
      a += product(low(ra), left);
      b += product(low(rb), left);
      c += product(low(rc), left);
      d += product(low(rd), left);
      let right = x_at(s, 2u * u + 1u);
      a += product(high(ra), right);
      b += product(high(rb), right);
      c += product(high(rc), right);
      d += product(high(rd), right);
    }
    sum.a += a * unit_scale(rows.x, first);
    sum.b += b * unit_scale(rows.y, first);
    sum.c += c * unit_scale(rows.z, first);
    sum.d += d * unit_scale(rows.w, first);
  }
  return Sums(
    sum.a * row_scale(rows.x),
    sum.b * row_scale(rows.y),
    sum.c * row_scale(rows.z),
    sum.d * row_scale(rows.w),
  );
}
fn total(in: In, sums: Sums, r: u32) -> vec4f {
  return vec4f(row_of(sums.a, r), row_of(sums.b, r), row_of(sums.c, r), row_of(sums.d, r));
}
