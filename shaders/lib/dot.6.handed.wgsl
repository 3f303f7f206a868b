// As dot.5.steps with x handed round in the subgroup (handed.*): its lanes work at different weight rows and the same
// columns. The wrapper enables subgroups; four lanes suffice.
struct In {
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
  @builtin(subgroup_invocation_id) lane: u32,
}
struct Sums { a: Y, b: Y, c: Y, d: Y }
const WG = 8u;

fn quad_of(in: In) -> u32 { return (in.wg.x + in.wg.y * in.groups.x) * WG + in.t; }
fn may_leave(quad: u32, quads: u32) -> bool { return false; } // its neighbours need the x it loads
fn row_first(in: In) -> u32 { return 0u; }
fn row_step(in: In) -> u32 { return 1u; }

// Load i of a group of each of the four rows, which is load s of the row.
fn step_of(in: In, start: Starts, ga: Loads, gb: Loads, gc: Loads, gd: Loads, i: u32, s: u32) -> Sums {
  let left = x_handed(start, STEP * s, in.lane);
  if (STEP == 1u) {
    return Sums(
      product(near(load_of(ga, i)), left),
      product(near(load_of(gb, i)), left),
      product(near(load_of(gc, i)), left),
      product(near(load_of(gd, i)), left),
    );
  }
  let right = x_handed(start, STEP * s + 1u, in.lane);
  let ra = load_of(ga, i);
  let a = product(near(ra), left) + product(far(ra), right);
  let rb = load_of(gb, i);
  let b = product(near(rb), left) + product(far(rb), right);
  let rc = load_of(gc, i);
  let c = product(near(rc), left) + product(far(rc), right);
  let rd = load_of(gd, i);
  return Sums(a, b, c, product(near(rd), left) + product(far(rd), right));
}

fn dot4(in: In, rows: vec4u) -> Sums {
  let steps = args.dots.units * 2u / STEP; // loads of a row
  let start = starts(0u);
  let at = rows * steps;
  var sum = Sums();
  if (UNITS_PER_SCALE == 0u) {
    for (var s = 0u; s < steps; s++) {
      let v = step_of(in, start, loads_at(at.x, s), loads_at(at.y, s), loads_at(at.z, s), loads_at(at.w, s), 0u, s);
      sum = Sums(sum.a + v.a, sum.b + v.b, sum.c + v.c, sum.d + v.d);
    }
  } else {
    for (var first = 0u; first < steps; first += max(UNITS_PER_SCALE, 1u)) {
      let ga = loads_at(at.x, first);
      let gb = loads_at(at.y, first);
      let gc = loads_at(at.z, first);
      let gd = loads_at(at.w, first);
      var own = Sums();
      // a count that compilers know, so that they may unroll it: lavapipe takes 0.7 of the time
      for (var i = 0u; i < UNITS_PER_SCALE; i++) {
        let v = step_of(in, start, ga, gb, gc, gd, i, first + i);
        own = Sums(own.a + v.a, own.b + v.b, own.c + v.c, own.d + v.d);
      }
      sum.a += own.a * unit_scale(rows.x, first);
      sum.b += own.b * unit_scale(rows.y, first);
      sum.c += own.c * unit_scale(rows.z, first);
      sum.d += own.d * unit_scale(rows.w, first);
    }
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
