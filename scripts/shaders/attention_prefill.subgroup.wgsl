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
  //% for i in 0..8
  let c${i} = min(${i === 0 ? 'lane' : `lane + ${i}u * lanes`}, args.d4 - 1u);
  //% end
  // Vectors c0 … of queries 0 to 3, and of 4 to 7.
  //% for i in 0..8
  var near${i} = mat4x4f();
  var far${i} = mat4x4f();
  //% end
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
      //% for i in 0..8
      var s${i} = vec4f(0.0);
      //% end
      for (var d = 0u; d < args.d4; d++) {
        let k4 = key(k, d);
        let a = q[q_own.x + d];
        //% for i in 0..4
        s${i} += subgroupBroadcast(a, ${i}u) * k4;
        //% end
        var b = a;
        if (SPAN == 4u) { b = q[q_own.y + d]; }
        //% for i in 0..4
        s${4 + i} += subgroupBroadcast(b, FAR${i === 0 ? '' : ` + ${i}u`}) * k4;
        //% end
      }
      //% for h in 0..2
      //% let q = 'ab'[h]
      //% for i in 0..4
      //% let c = 'xyzw'[i]
      let ok${4 * h + i} = vec4<bool>(live_${q}.${c}) & (n >= vec4u(from_${q}.${c})) & (n <= vec4u(last_${q}.${c}));
      s${4 * h + i} = scaled_scores(s${4 * h + i}, ok${4 * h + i});
      //% end
      //% end
      let top_a = max(m_a, most_of(vec4f(largest(s0), largest(s1), largest(s2), largest(s3)), lanes));
      let top_b = max(m_b, most_of(vec4f(largest(s4), largest(s5), largest(s6), largest(s7)), lanes));
      let shrink_a = exp(m_a - top_a);
      let shrink_b = exp(m_b - top_b);
      m_a = top_a;
      m_b = top_b;
      //% for h in 0..2
      //% let q = 'ab'[h]
      let e_${q} = mat4x4f(
        //% for i in 0..4
        weight(s${4 * h + i}, top_${q}.${'xyzw'[i]}, ok${4 * h + i}),
        //% end
      );
      //% end
      z_a = z_a * shrink_a + vec4f(1.0) * e_a;
      z_b = z_b * shrink_b + vec4f(1.0) * e_b;
      near0 = scaled(near0, shrink_a); far0 = scaled(far0, shrink_b);
      //% for i in 1..8
      if (VECS > ${i}u) { near${i} = scaled(near${i}, shrink_a); far${i} = scaled(far${i}, shrink_b); }
      //% end
      for (var l = 0u; l < lanes; l++) {
        let v = cache + min(vec4u(j + l) + vec4u(0u, 1u, 2u, 3u) * lanes, vec4u(end)) * stride;
        //% for h in 0..2
        //% let q = 'ab'[h]
        let w_${q} = mat4x4f(
          //% for i in 0..4
          subgroupShuffle(e_${q}[${i}], l),
          //% end
        );
        //% end
        let v0 = value(v, c0); near0 += v0 * w_a; far0 += v0 * w_b;
        //% for i in 1..8
        if (VECS > ${i}u) { let v${i} = value(v, c${i}); near${i} += v${i} * w_a; far${i} += v${i} * w_b; }
        //% end
      }
    }
  }
  let over_a = select(vec4f(1.0), 1.0 / sum_of(z_a, lanes), seen_a);
  let over_b = select(vec4f(1.0), 1.0 / sum_of(z_b, lanes), seen_b);
  if (lane < args.d4) { store(y_a + c0, seen_a, scaled(near0, over_a)); store(y_b + c0, seen_b, scaled(far0, over_b)); }
  //% for i in 1..8
  if (VECS > ${i}u && lane + ${i}u * lanes < args.d4) {
    store(y_a + c${i}, seen_a, scaled(near${i}, over_a));
    store(y_b + c${i}, seen_b, scaled(far${i}, over_b));
  }
  //% end
}
