// uses: lib/cross.wgsl lib/subgroup4.wgsl
// As cross_attention.1.naive with a subgroup for every eight queries, for software adapters; see attention.6.subgroup.
// For the scores a lane has four keys of its own, and a query is loaded by one lane and handed round; for the sums it
// has every lanes-th vector of the head, and the weights are handed round. Head dimensions in multiples of 4, up to
// 128; any subgroup size from 4.
// Written by scripts/shaders/generate.mjs from cross_attention.subgroup.wgsl there: change that.
enable subgroups;
requires subgroup_id;
diagnostic(off, subgroup_uniformity);
alias Element = vec4f;
const SPAN = 4u; // lanes that load the queries: 8, or 4 where a subgroup may be smaller
const VECS = 8u; // vectors of the head's sum that a lane holds: dim / the smallest subgroup, rounded up

const WG = 32u;
const FAR = SPAN - 4u; // the lane that has the fifth query

fn most(s: vec4f) -> f32 { return max(max(s.x, s.y), max(s.z, s.w)); }
fn scaled_scores(s: vec4f, ok: vec4<bool>) -> vec4f { return select(vec4f(-3.4e38), args.scale * s, ok); }
fn weight(s: vec4f, top: f32, ok: vec4<bool>) -> vec4f { return select(vec4f(0.0), exp(s - top), ok); }
// Four keys by their columns, the vector d of each; four values.
fn key(at: vec4u, d: u32) -> mat4x4f { return mat4x4f(k[at.x + d], k[at.y + d], k[at.z + d], k[at.w + d]); }
fn value(at: vec4u, c: u32) -> mat4x4f { return mat4x4f(v[at.x + c], v[at.y + c], v[at.z + c], v[at.w + c]); }
// One vector of eight queries; those past the last are not stored.
fn store(at: u32, count: u32, near: mat4x4f, far: mat4x4f) {
  y[at] = near[0];
  if (count > 1u) { y[at + 1u * args.y_row] = near[1]; }
  if (count > 2u) { y[at + 2u * args.y_row] = near[2]; }
  if (count > 3u) { y[at + 3u * args.y_row] = near[3]; }
  if (count > 4u) { y[at + 4u * args.y_row] = far[0]; }
  if (count > 5u) { y[at + 5u * args.y_row] = far[1]; }
  if (count > 6u) { y[at + 6u * args.y_row] = far[2]; }
  if (count > 7u) { y[at + 7u * args.y_row] = far[3]; }
}

@compute @workgroup_size(WG)
fn cross_attention(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) lanes: u32,
) {
  let i = (wg.x + wg.y * groups.x) * (WG / lanes) + subgroup;
  let blocks = (args.count + 7u) / 8u;
  if (i >= args.samples * args.heads * blocks) { return; } // the whole subgroup
  let past = i % blocks * 8u;
  let first = args.first + past;
  let last = args.first + args.count - 1u;
  let head = (i / blocks) % args.heads;
  let sample = i / (blocks * args.heads);
  let begin = keys_of(sample);
  let k_at = args.k_at + begin * args.k_row + head * args.dim;
  let v_at = args.v_at + begin * args.v_row + head * args.dim;
  let q_at = args.q_at + sample * args.queries * args.q_row + head * args.dim;
  // Queries past the last are that one again.
  let own_a = q_at + min(first + lane % SPAN, last) * args.q_row;
  let own_b = q_at + min(first + 4u + lane % SPAN, last) * args.q_row;
  // Keys from here on nobody sees.
  let end = seen_by(min(first + 7u, last));

  let c0 = min(lane, args.dim - 1u);
  let c1 = min(lane + 1u * lanes, args.dim - 1u);
  let c2 = min(lane + 2u * lanes, args.dim - 1u);
  let c3 = min(lane + 3u * lanes, args.dim - 1u);
  let c4 = min(lane + 4u * lanes, args.dim - 1u);
  let c5 = min(lane + 5u * lanes, args.dim - 1u);
  let c6 = min(lane + 6u * lanes, args.dim - 1u);
  let c7 = min(lane + 7u * lanes, args.dim - 1u);
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
  for (var j = 0u; j < end; j += 4u * lanes) {
    // Keys past the last one are that one again, and count nothing.
    let n = vec4u(j + lane) + vec4u(0u, 1u, 2u, 3u) * lanes;
    let k4 = k_at + min(n, vec4u(end - 1u)) * args.k_row;
    var s0 = vec4f(0.0);
    var s1 = vec4f(0.0);
    var s2 = vec4f(0.0);
    var s3 = vec4f(0.0);
    var s4 = vec4f(0.0);
    var s5 = vec4f(0.0);
    var s6 = vec4f(0.0);
    var s7 = vec4f(0.0);
    for (var d = 0u; d < args.dim; d++) {
      let four = key(k4, d);
      let a = q[own_a + d];
      s0 += subgroupBroadcast(a, 0u) * four;
      s1 += subgroupBroadcast(a, 1u) * four;
      s2 += subgroupBroadcast(a, 2u) * four;
      s3 += subgroupBroadcast(a, 3u) * four;
      var b = a;
      if (SPAN == 4u) { b = q[own_b + d]; }
      s4 += subgroupBroadcast(b, FAR) * four;
      s5 += subgroupBroadcast(b, FAR + 1u) * four;
      s6 += subgroupBroadcast(b, FAR + 2u) * four;
      s7 += subgroupBroadcast(b, FAR + 3u) * four;
    }
    let ok0 = n < vec4u(min(end, seen_by(first + 0u)));
    s0 = scaled_scores(s0, ok0);
    let ok1 = n < vec4u(min(end, seen_by(first + 1u)));
    s1 = scaled_scores(s1, ok1);
    let ok2 = n < vec4u(min(end, seen_by(first + 2u)));
    s2 = scaled_scores(s2, ok2);
    let ok3 = n < vec4u(min(end, seen_by(first + 3u)));
    s3 = scaled_scores(s3, ok3);
    let ok4 = n < vec4u(min(end, seen_by(first + 4u)));
    s4 = scaled_scores(s4, ok4);
    let ok5 = n < vec4u(min(end, seen_by(first + 5u)));
    s5 = scaled_scores(s5, ok5);
    let ok6 = n < vec4u(min(end, seen_by(first + 6u)));
    s6 = scaled_scores(s6, ok6);
    let ok7 = n < vec4u(min(end, seen_by(first + 7u)));
    s7 = scaled_scores(s7, ok7);
    let top_a = max(m_a, most_of(vec4f(most(s0), most(s1), most(s2), most(s3)), lanes));
    let top_b = max(m_b, most_of(vec4f(most(s4), most(s5), most(s6), most(s7)), lanes));
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
    for (var l = 0u; l < min(lanes, end - j); l++) {
      let v4 = v_at + min(vec4u(j + l) + vec4u(0u, 1u, 2u, 3u) * lanes, vec4u(end - 1u)) * args.v_row;
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
      let v0 = value(v4, c0); near0 += v0 * w_a; far0 += v0 * w_b;
      if (VECS > 1u) { let v1 = value(v4, c1); near1 += v1 * w_a; far1 += v1 * w_b; }
      if (VECS > 2u) { let v2 = value(v4, c2); near2 += v2 * w_a; far2 += v2 * w_b; }
      if (VECS > 3u) { let v3 = value(v4, c3); near3 += v3 * w_a; far3 += v3 * w_b; }
      if (VECS > 4u) { let v4 = value(v4, c4); near4 += v4 * w_a; far4 += v4 * w_b; }
      if (VECS > 5u) { let v5 = value(v4, c5); near5 += v5 * w_a; far5 += v5 * w_b; }
      if (VECS > 6u) { let v6 = value(v4, c6); near6 += v6 * w_a; far6 += v6 * w_b; }
      if (VECS > 7u) { let v7 = value(v4, c7); near7 += v7 * w_a; far7 += v7 * w_b; }
    }
  }
  let r_a = 1.0 / sum_of(z_a, lanes);
  let r_b = 1.0 / sum_of(z_b, lanes);
  let at = args.y_at + (sample * args.queries + first) * args.y_row + head * args.dim;
  let count = args.count - past;
  if (lane < args.dim) { store(at + c0, count, scaled(near0, r_a), scaled(far0, r_b)); }
  if (VECS > 1u && lane + 1u * lanes < args.dim) {
    store(at + c1, count, scaled(near1, r_a), scaled(far1, r_b));
  }
  if (VECS > 2u && lane + 2u * lanes < args.dim) {
    store(at + c2, count, scaled(near2, r_a), scaled(far2, r_b));
  }
  if (VECS > 3u && lane + 3u * lanes < args.dim) {
    store(at + c3, count, scaled(near3, r_a), scaled(far3, r_b));
  }
  if (VECS > 4u && lane + 4u * lanes < args.dim) {
    store(at + c4, count, scaled(near4, r_a), scaled(far4, r_b));
  }
  if (VECS > 5u && lane + 5u * lanes < args.dim) {
    store(at + c5, count, scaled(near5, r_a), scaled(far5, r_b));
  }
  if (VECS > 6u && lane + 6u * lanes < args.dim) {
    store(at + c6, count, scaled(near6, r_a), scaled(far6, r_b));
  }
  if (VECS > 7u && lane + 7u * lanes < args.dim) {
    store(at + c7, count, scaled(near7, r_a), scaled(far7, r_b));
  }
}
