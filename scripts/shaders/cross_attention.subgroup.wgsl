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
  //% for i in 1..8
  if (count > ${i}u) { y[at + ${i}u * args.y_row] = ${i < 4 ? `near[${i}]` : `far[${i - 4}]`}; }
  //% end
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

  //% for i in 0..8
  let c${i} = min(${i === 0 ? 'lane' : `lane + ${i}u * lanes`}, args.dim - 1u);
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
  for (var j = 0u; j < end; j += 4u * lanes) {
    // Keys past the last one are that one again, and count nothing.
    let n = vec4u(j + lane) + vec4u(0u, 1u, 2u, 3u) * lanes;
    let k4 = k_at + min(n, vec4u(end - 1u)) * args.k_row;
    //% for i in 0..8
    var s${i} = vec4f(0.0);
    //% end
    for (var d = 0u; d < args.dim; d++) {
      let four = key(k4, d);
      let a = q[own_a + d];
      //% for i in 0..4
      s${i} += subgroupBroadcast(a, ${i}u) * four;
      //% end
      var b = a;
      if (SPAN == 4u) { b = q[own_b + d]; }
      //% for i in 0..4
      s${4 + i} += subgroupBroadcast(b, FAR${i === 0 ? '' : ` + ${i}u`}) * four;
      //% end
    }
    //% for i in 0..8
    let ok${i} = n < vec4u(min(end, seen_by(first + ${i}u)));
    s${i} = scaled_scores(s${i}, ok${i});
    //% end
    let top_a = max(m_a, most_of(vec4f(most(s0), most(s1), most(s2), most(s3)), lanes));
    let top_b = max(m_b, most_of(vec4f(most(s4), most(s5), most(s6), most(s7)), lanes));
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
    for (var l = 0u; l < min(lanes, end - j); l++) {
      let v4 = v_at + min(vec4u(j + l) + vec4u(0u, 1u, 2u, 3u) * lanes, vec4u(end - 1u)) * args.v_row;
      //% for h in 0..2
      //% let q = 'ab'[h]
      let w_${q} = mat4x4f(
        //% for i in 0..4
        subgroupShuffle(e_${q}[${i}], l),
        //% end
      );
      //% end
      let v0 = value(v4, c0); near0 += v0 * w_a; far0 += v0 * w_b;
      //% for i in 1..8
      if (VECS > ${i}u) { let v${i} = value(v4, c${i}); near${i} += v${i} * w_a; far${i} += v${i} * w_b; }
      //% end
    }
  }
  let r_a = 1.0 / sum_of(z_a, lanes);
  let r_b = 1.0 / sum_of(z_b, lanes);
  let at = args.y_at + (sample * args.queries + first) * args.y_row + head * args.dim;
  let count = args.count - past;
  if (lane < args.dim) { store(at + c0, count, scaled(near0, r_a), scaled(far0, r_b)); }
  //% for i in 1..8
  if (VECS > ${i}u && lane + ${i}u * lanes < args.dim) {
    store(at + c${i}, count, scaled(near${i}, r_a), scaled(far${i}, r_b));
  }
  //% end
}
