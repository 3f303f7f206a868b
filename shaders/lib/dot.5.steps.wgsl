// As dot.2.lanes with one load a row before it is used up: software adapters spill when more than about eight wait, and
// that costs more than the loop.
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
  let steps = units * 2u / STEP;
  let span = select(UNITS_PER_SCALE, steps, UNITS_PER_SCALE == 0u); // a format with scales has a step a unit
  let start = starts(0u);
  let at = rows * units;
  var sum = Sums();
  for (var first = 0u; first < steps; first += span) {
    let end = min(first + span, steps);
    var a = Y();
    var b = Y();
    var c = Y();
    var d = Y();
    for (var s = first; s < end; s++) {
      let left = x_at(start, STEP * s);
      if (STEP == 1u) {
        a += product(near(load(at.x, s)), left);
        b += product(near(load(at.y, s)), left);
        c += product(near(load(at.z, s)), left);
        d += product(near(load(at.w, s)), left);
      } else {
        let right = x_at(start, STEP * s + 1u);
        let ra = load(at.x, s);
        a += product(near(ra), left) + product(far(ra), right);
        let rb = load(at.y, s);
        b += product(near(rb), left) + product(far(rb), right);
        let rc = load(at.z, s);
        c += product(near(rc), left) + product(far(rc), right);
        let rd = load(at.w, s);
        d += product(near(rd), left) + product(far(rd), right);
      }
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
