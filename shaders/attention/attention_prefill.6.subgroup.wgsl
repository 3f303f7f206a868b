// uses: lib/causal.wgsl lib/subgroup4.wgsl lib/soft_cap.none.wgsl lib/keys.f32.wgsl lib/values.f32.wgsl
// As attention_prefill.4.blocks with a subgroup for every eight queries, for software adapters; see
// attention.6.subgroup. For the scores a lane has four keys of its own, for the sums every lanes-th vector of the head.
// Rows in any order; any subgroup size from 4.
// Written by scripts/shaders/generate.mjs from attention_prefill.subgroup.wgsl there: change that.
enable subgroups;
requires subgroup_id;
diagnostic(off, subgroup_uniformity);
const SPAN = 4u; // lanes that load the queries: 8, or 4 where a subgroup may be smaller
const VECS = 8u; // vectors of the head's sum that a lane holds: d4 / the smallest subgroup, rounded up

const WG = 8u;
const FAR = SPAN - 4u; // the lane that has the fifth query

fn largest(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }
// Scores of one query that may be seen, and their weights.
fn scaled_scores(s: vec4f, ok: vec4<bool>) -> vec4f { return select(vec4f(-3.4e38), soft_cap(args.scale * s), ok); }
fn weight(s: vec4f, top: f32, ok: vec4<bool>) -> vec4f { return select(vec4f(0.0), exp(s - top), ok); }
// Four keys by their columns, the vector d of each; four values.
fn key(at: vec4u, d: u32) -> mat4x4f {
  return mat4x4f(key_at(at.x + d), key_at(at.y + d), key_at(at.z + d), key_at(at.w + d));
}
fn value(at: vec4u, c: u32) -> mat4x4f {
  return mat4x4f(value_at(at.x + c), value_at(at.y + c), value_at(at.z + c), value_at(at.w + c));
}
// One vector of four queries; those past the last are not stored.
fn store(at: vec4u, live: vec4<bool>, m: mat4x4f) {
  if (live.x) { y[at.x] = m[0]; }
  if (live.y) { y[at.y] = m[1]; }
  if (live.z) { y[at.z] = m[2]; }
  if (live.w) { y[at.w] = m[3]; }
}

@compute @workgroup_size(WG)
fn attention_prefill(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) lanes: u32,
) {
  let i = (wg.x + wg.y * groups.x) * (WG / lanes) + subgroup;
  let group = args.heads / args.kv_heads;
  let queries = args.rows * group;
  if (i >= (queries + 7u) / 8u * args.kv_heads) { return; } // the whole subgroup
  let kv_head = i % args.kv_heads;
  let first = i / args.kv_heads * 8u;
  let stride = args.kv_heads * args.d4;

  // Queries past the last are that one again; they add nothing to it.
  let n_a = vec4u(first) + vec4u(0u, 1u, 2u, 3u);
  let n_b = n_a + 4u;
  let r_a = min(n_a, vec4u(queries - 1u)) / group;
  let r_b = min(n_b, vec4u(queries - 1u)) / group;
  let head_a = vec4u(kv_head * group) + min(n_a, vec4u(queries - 1u)) % group;
  let head_b = vec4u(kv_head * group) + min(n_b, vec4u(queries - 1u)) % group;
  let y_a = (r_a * args.heads + head_a) * args.d4;
  let y_b = (r_b * args.heads + head_b) * args.d4;
  let slot_a = slots_of(r_a);
  let slot_b = slots_of(r_b);
  let last_a = positions_of(r_a);
  let last_b = positions_of(r_b);
  let from_a = first_seen(last_a);
  let from_b = first_seen(last_b);
  let seen_a = n_a < vec4u(queries);
  let seen_b = n_b < vec4u(queries);
  // The two queries that this lane loads.
  let own = min(vec2u(first + lane % SPAN) + vec2u(0u, 4u), vec2u(queries - 1u));
  let q_own = vec2u(args.q_at) + own / group * args.q_row + (kv_head * group + own % group) * args.d4;
  let c0 = min(lane, args.d4 - 1u);
  let c1 = min(lane + 1u * lanes, args.d4 - 1u);
  let c2 = min(lane + 2u * lanes, args.d4 - 1u);
  let c3 = min(lane + 3u * lanes, args.d4 - 1u);
  let c4 = min(lane + 4u * lanes, args.d4 - 1u);
  let c5 = min(lane + 5u * lanes, args.d4 - 1u);
  let c6 = min(lane + 6u * lanes, args.d4 - 1u);
  let c7 = min(lane + 7u * lanes, args.d4 - 1u);
  // Vectors c0 … of queries 0 to 3, and of 4 to 7.
  var near0 = mat4x4f();
  var far0 = mat4x4f();
  var near1 = mat4x4f();
  var far1 = mat4x4f();
  var near2 = mat4x4f();
  var far2 = mat4x4f();
  var near3 = mat4x4f();
  var far3 = mat4x4f();
  var near4 = mat4x4f();
  var far4 = mat4x4f();
  var near5 = mat4x4f();
  var far5 = mat4x4f();
  var near6 = mat4x4f();
  var far6 = mat4x4f();
  var near7 = mat4x4f();
  var far7 = mat4x4f();
  var m_a = vec4f(-3.4e38);
  var m_b = vec4f(-3.4e38);
  var z_a = vec4f(0.0); // of the lane's own keys
  var z_b = vec4f(0.0);
  // One turn per slot among the eight: nearly always one.
  for (var lead = first; lead < min(first + 8u, queries); lead++) {
    let turn = rows[lead / group].y;
    var before = false;
    for (var n = first; n < lead; n++) { before = before || rows[n / group].y == turn; }
    if (before) { continue; }
    let live_a = (slot_a == vec4u(turn)) & seen_a;
    let live_b = (slot_b == vec4u(turn)) & seen_b;
    let low = least(select(vec4u(0xffffffffu), from_a, live_a), select(vec4u(0xffffffffu), from_b, live_b));
    let end = most(select(vec4u(0u), last_a, live_a), select(vec4u(0u), last_b, live_b));
    let cache = turn * args.context * stride + kv_head * args.d4;
    for (var j = low; j <= end; j += 4u * lanes) {
      // Keys past the last one are that one again, and count nothing.
      let n = vec4u(j + lane) + vec4u(0u, 1u, 2u, 3u) * lanes;
      let k = cache + min(n, vec4u(end)) * stride;
      var s0 = vec4f(0.0);
      var s1 = vec4f(0.0);
      var s2 = vec4f(0.0);
      var s3 = vec4f(0.0);
      var s4 = vec4f(0.0);
      var s5 = vec4f(0.0);
      var s6 = vec4f(0.0);
      var s7 = vec4f(0.0);
      for (var d = 0u; d < args.d4; d++) {
        let k4 = key(k, d);
        let a = q[q_own.x + d];
        s0 += subgroupBroadcast(a, 0u) * k4;
        s1 += subgroupBroadcast(a, 1u) * k4;
        s2 += subgroupBroadcast(a, 2u) * k4;
        s3 += subgroupBroadcast(a, 3u) * k4;
        var b = a;
        if (SPAN == 4u) { b = q[q_own.y + d]; }
        s4 += subgroupBroadcast(b, FAR) * k4;
        s5 += subgroupBroadcast(b, FAR + 1u) * k4;
        s6 += subgroupBroadcast(b, FAR + 2u) * k4;
        s7 += subgroupBroadcast(b, FAR + 3u) * k4;
      }
      let ok0 = vec4<bool>(live_a.x) & (n >= vec4u(from_a.x)) & (n <= vec4u(last_a.x));
      s0 = scaled_scores(s0, ok0);
      let ok1 = vec4<bool>(live_a.y) & (n >= vec4u(from_a.y)) & (n <= vec4u(last_a.y));
      s1 = scaled_scores(s1, ok1);
      let ok2 = vec4<bool>(live_a.z) & (n >= vec4u(from_a.z)) & (n <= vec4u(last_a.z));
      s2 = scaled_scores(s2, ok2);
      let ok3 = vec4<bool>(live_a.w) & (n >= vec4u(from_a.w)) & (n <= vec4u(last_a.w));
      s3 = scaled_scores(s3, ok3);
      let ok4 = vec4<bool>(live_b.x) & (n >= vec4u(from_b.x)) & (n <= vec4u(last_b.x));
      s4 = scaled_scores(s4, ok4);
      let ok5 = vec4<bool>(live_b.y) & (n >= vec4u(from_b.y)) & (n <= vec4u(last_b.y));
      s5 = scaled_scores(s5, ok5);
      let ok6 = vec4<bool>(live_b.z) & (n >= vec4u(from_b.z)) & (n <= vec4u(last_b.z));
      s6 = scaled_scores(s6, ok6);
      let ok7 = vec4<bool>(live_b.w) & (n >= vec4u(from_b.w)) & (n <= vec4u(last_b.w));
      s7 = scaled_scores(s7, ok7);
      let top_a = max(m_a, most_of(vec4f(largest(s0), largest(s1), largest(s2), largest(s3)), lanes));
      let top_b = max(m_b, most_of(vec4f(largest(s4), largest(s5), largest(s6), largest(s7)), lanes));
      let shrink_a = exp(m_a - top_a);
      let shrink_b = exp(m_b - top_b);
      m_a = top_a;
      m_b = top_b;
      let e_a = mat4x4f(
        weight(s0, top_a.x, ok0),
        weight(s1, top_a.y, ok1),
        weight(s2, top_a.z, ok2),
        weight(s3, top_a.w, ok3),
      );
      let e_b = mat4x4f(
        weight(s4, top_b.x, ok4),
        weight(s5, top_b.y, ok5),
        weight(s6, top_b.z, ok6),
        weight(s7, top_b.w, ok7),
      );
      z_a = z_a * shrink_a + vec4f(1.0) * e_a;
      z_b = z_b * shrink_b + vec4f(1.0) * e_b;
      near0 = scaled(near0, shrink_a); far0 = scaled(far0, shrink_b);
      if (VECS > 1u) { near1 = scaled(near1, shrink_a); far1 = scaled(far1, shrink_b); }
      if (VECS > 2u) { near2 = scaled(near2, shrink_a); far2 = scaled(far2, shrink_b); }
      if (VECS > 3u) { near3 = scaled(near3, shrink_a); far3 = scaled(far3, shrink_b); }
      if (VECS > 4u) { near4 = scaled(near4, shrink_a); far4 = scaled(far4, shrink_b); }
      if (VECS > 5u) { near5 = scaled(near5, shrink_a); far5 = scaled(far5, shrink_b); }
      if (VECS > 6u) { near6 = scaled(near6, shrink_a); far6 = scaled(far6, shrink_b); }
      if (VECS > 7u) { near7 = scaled(near7, shrink_a); far7 = scaled(far7, shrink_b); }
      for (var l = 0u; l < lanes; l++) {
        let v = cache + min(vec4u(j + l) + vec4u(0u, 1u, 2u, 3u) * lanes, vec4u(end)) * stride;
        let w_a = mat4x4f(
          subgroupShuffle(e_a[0], l),
          subgroupShuffle(e_a[1], l),
          subgroupShuffle(e_a[2], l),
          subgroupShuffle(e_a[3], l),
        );
        let w_b = mat4x4f(
          subgroupShuffle(e_b[0], l),
          subgroupShuffle(e_b[1], l),
          subgroupShuffle(e_b[2], l),
          subgroupShuffle(e_b[3], l),
        );
        let v0 = value(v, c0); near0 += v0 * w_a; far0 += v0 * w_b;
        if (VECS > 1u) { let v1 = value(v, c1); near1 += v1 * w_a; far1 += v1 * w_b; }
        if (VECS > 2u) { let v2 = value(v, c2); near2 += v2 * w_a; far2 += v2 * w_b; }
        if (VECS > 3u) { let v3 = value(v, c3); near3 += v3 * w_a; far3 += v3 * w_b; }
        if (VECS > 4u) { let v4 = value(v, c4); near4 += v4 * w_a; far4 += v4 * w_b; }
        if (VECS > 5u) { let v5 = value(v, c5); near5 += v5 * w_a; far5 += v5 * w_b; }
        if (VECS > 6u) { let v6 = value(v, c6); near6 += v6 * w_a; far6 += v6 * w_b; }
        if (VECS > 7u) { let v7 = value(v, c7); near7 += v7 * w_a; far7 += v7 * w_b; }
      }
    }
  }
  let over_a = select(vec4f(1.0), 1.0 / sum_of(z_a, lanes), seen_a);
  let over_b = select(vec4f(1.0), 1.0 / sum_of(z_b, lanes), seen_b);
  if (lane < args.d4) { store(y_a + c0, seen_a, scaled(near0, over_a)); store(y_b + c0, seen_b, scaled(far0, over_b)); }
  if (VECS > 1u && lane + 1u * lanes < args.d4) {
    store(y_a + c1, seen_a, scaled(near1, over_a));
    store(y_b + c1, seen_b, scaled(far1, over_b));
  }
  if (VECS > 2u && lane + 2u * lanes < args.d4) {
    store(y_a + c2, seen_a, scaled(near2, over_a));
    store(y_b + c2, seen_b, scaled(far2, over_b));
  }
  if (VECS > 3u && lane + 3u * lanes < args.d4) {
    store(y_a + c3, seen_a, scaled(near3, over_a));
    store(y_b + c3, seen_b, scaled(far3, over_b));
  }
  if (VECS > 4u && lane + 4u * lanes < args.d4) {
    store(y_a + c4, seen_a, scaled(near4, over_a));
    store(y_b + c4, seen_b, scaled(far4, over_b));
  }
  if (VECS > 5u && lane + 5u * lanes < args.d4) {
    store(y_a + c5, seen_a, scaled(near5, over_a));
    store(y_b + c5, seen_b, scaled(far5, over_b));
  }
  if (VECS > 6u && lane + 6u * lanes < args.d4) {
    store(y_a + c6, seen_a, scaled(near6, over_a));
    store(y_b + c6, seen_b, scaled(far6, over_b));
  }
  if (VECS > 7u && lane + 7u * lanes < args.d4) {
    store(y_a + c7, seen_a, scaled(near7, over_a));
    store(y_b + c7, seen_b, scaled(far7, over_b));
  }
}
