// uses: lib/causal.wgsl lib/soft_cap.none.wgsl lib/keys.f32.wgsl lib/values.f32.wgsl
// As attention_prefill.4.blocks with sixteen keys at a time: a third fewer loads, three times the compilation.
// Written by scripts/shaders/generate.mjs from attention_prefill.blocks.wgsl there: change that.
const WG = 4u;

fn four(at: vec4u, d: u32) -> mat4x4f { return mat4x4f(q[at.x + d], q[at.y + d], q[at.z + d], q[at.w + d]); }

@compute @workgroup_size(WG)
fn attention_prefill(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let group = args.heads / args.kv_heads;
  let queries = args.rows * group;
  if (i >= (queries + 7u) / 8u * args.kv_heads) { return; }
  let kv_head = i % args.kv_heads;
  let first = i / args.kv_heads * 8u;
  let stride = args.kv_heads * args.d4;
  let none = vec4f(-3.4e38);

  // Queries past the last are that one again; they add nothing to it.
  let n_a = vec4u(first) + vec4u(0u, 1u, 2u, 3u);
  let n_b = n_a + 4u;
  let r_a = min(n_a, vec4u(queries - 1u)) / group;
  let r_b = min(n_b, vec4u(queries - 1u)) / group;
  let head_a = vec4u(kv_head * group) + min(n_a, vec4u(queries - 1u)) % group;
  let head_b = vec4u(kv_head * group) + min(n_b, vec4u(queries - 1u)) % group;
  let q_a = vec4u(args.q_at) + r_a * args.q_row + head_a * args.d4;
  let q_b = vec4u(args.q_at) + r_b * args.q_row + head_b * args.d4;
  let y_a = (r_a * args.heads + head_a) * args.d4;
  let y_b = (r_b * args.heads + head_b) * args.d4;
  let slot_a = slots_of(r_a);
  let slot_b = slots_of(r_b);
  let last_a = positions_of(r_a);
  let last_b = positions_of(r_b);
  let from_a = first_seen(last_a);
  let from_b = first_seen(last_b);
  for (var d = 0u; d < args.d4; d++) {
    y[y_a.x + d] = vec4f(0.0);
    y[y_a.y + d] = vec4f(0.0);
    y[y_a.z + d] = vec4f(0.0);
    y[y_a.w + d] = vec4f(0.0);
    y[y_b.x + d] = vec4f(0.0);
    y[y_b.y + d] = vec4f(0.0);
    y[y_b.z + d] = vec4f(0.0);
    y[y_b.w + d] = vec4f(0.0);
  }
  var m_a = none;
  var m_b = none;
  var z_a = vec4f(0.0);
  var z_b = vec4f(0.0);
  // One turn per slot among the eight: nearly always one.
  for (var lead = first; lead < min(first + 8u, queries); lead++) {
    let turn = rows[lead / group].y;
    var before = false;
    for (var n = first; n < lead; n++) { before = before || rows[n / group].y == turn; }
    if (before) { continue; }
    let live_a = (slot_a == vec4u(turn)) & (n_a < vec4u(queries));
    let live_b = (slot_b == vec4u(turn)) & (n_b < vec4u(queries));
    let low = least(select(vec4u(0xffffffffu), from_a, live_a), select(vec4u(0xffffffffu), from_b, live_b));
    let end = most(select(vec4u(0u), last_a, live_a), select(vec4u(0u), last_b, live_b));
    let cache = turn * args.context * stride + kv_head * args.d4;
    for (var j = low; j <= end; j += 16u) {
      // Keys past the last one are that one again, and count nothing.
      let p0 = cache + min(j + 0u, end) * stride;
      let p1 = cache + min(j + 1u, end) * stride;
      let p2 = cache + min(j + 2u, end) * stride;
      let p3 = cache + min(j + 3u, end) * stride;
      let p4 = cache + min(j + 4u, end) * stride;
      let p5 = cache + min(j + 5u, end) * stride;
      let p6 = cache + min(j + 6u, end) * stride;
      let p7 = cache + min(j + 7u, end) * stride;
      let p8 = cache + min(j + 8u, end) * stride;
      let p9 = cache + min(j + 9u, end) * stride;
      let p10 = cache + min(j + 10u, end) * stride;
      let p11 = cache + min(j + 11u, end) * stride;
      let p12 = cache + min(j + 12u, end) * stride;
      let p13 = cache + min(j + 13u, end) * stride;
      let p14 = cache + min(j + 14u, end) * stride;
      let p15 = cache + min(j + 15u, end) * stride;
      var a0 = vec4f(0.0); var a1 = vec4f(0.0);
      var a2 = vec4f(0.0); var a3 = vec4f(0.0);
      var a4 = vec4f(0.0); var a5 = vec4f(0.0);
      var a6 = vec4f(0.0); var a7 = vec4f(0.0);
      var a8 = vec4f(0.0); var a9 = vec4f(0.0);
      var a10 = vec4f(0.0); var a11 = vec4f(0.0);
      var a12 = vec4f(0.0); var a13 = vec4f(0.0);
      var a14 = vec4f(0.0); var a15 = vec4f(0.0);
      var b0 = vec4f(0.0); var b1 = vec4f(0.0);
      var b2 = vec4f(0.0); var b3 = vec4f(0.0);
      var b4 = vec4f(0.0); var b5 = vec4f(0.0);
      var b6 = vec4f(0.0); var b7 = vec4f(0.0);
      var b8 = vec4f(0.0); var b9 = vec4f(0.0);
      var b10 = vec4f(0.0); var b11 = vec4f(0.0);
      var b12 = vec4f(0.0); var b13 = vec4f(0.0);
      var b14 = vec4f(0.0); var b15 = vec4f(0.0);
      for (var d = 0u; d < args.d4; d++) {
        let a = four(q_a, d);
        let b = four(q_b, d);
        let k0 = key_at(p0 + d);
        a0 += k0 * a; b0 += k0 * b;
        let k1 = key_at(p1 + d);
        a1 += k1 * a; b1 += k1 * b;
        let k2 = key_at(p2 + d);
        a2 += k2 * a; b2 += k2 * b;
        let k3 = key_at(p3 + d);
        a3 += k3 * a; b3 += k3 * b;
        let k4 = key_at(p4 + d);
        a4 += k4 * a; b4 += k4 * b;
        let k5 = key_at(p5 + d);
        a5 += k5 * a; b5 += k5 * b;
        let k6 = key_at(p6 + d);
        a6 += k6 * a; b6 += k6 * b;
        let k7 = key_at(p7 + d);
        a7 += k7 * a; b7 += k7 * b;
        let k8 = key_at(p8 + d);
        a8 += k8 * a; b8 += k8 * b;
        let k9 = key_at(p9 + d);
        a9 += k9 * a; b9 += k9 * b;
        let k10 = key_at(p10 + d);
        a10 += k10 * a; b10 += k10 * b;
        let k11 = key_at(p11 + d);
        a11 += k11 * a; b11 += k11 * b;
        let k12 = key_at(p12 + d);
        a12 += k12 * a; b12 += k12 * b;
        let k13 = key_at(p13 + d);
        a13 += k13 * a; b13 += k13 * b;
        let k14 = key_at(p14 + d);
        a14 += k14 * a; b14 += k14 * b;
        let k15 = key_at(p15 + d);
        a15 += k15 * a; b15 += k15 * b;
      }
      let ok_a0 = live_a & (vec4u(j + 0u) >= from_a) & (vec4u(j + 0u) <= last_a);
      a0 = select(none, soft_cap(args.scale * a0), ok_a0);
      let ok_a1 = live_a & (vec4u(j + 1u) >= from_a) & (vec4u(j + 1u) <= last_a);
      a1 = select(none, soft_cap(args.scale * a1), ok_a1);
      let ok_a2 = live_a & (vec4u(j + 2u) >= from_a) & (vec4u(j + 2u) <= last_a);
      a2 = select(none, soft_cap(args.scale * a2), ok_a2);
      let ok_a3 = live_a & (vec4u(j + 3u) >= from_a) & (vec4u(j + 3u) <= last_a);
      a3 = select(none, soft_cap(args.scale * a3), ok_a3);
      let ok_a4 = live_a & (vec4u(j + 4u) >= from_a) & (vec4u(j + 4u) <= last_a);
      a4 = select(none, soft_cap(args.scale * a4), ok_a4);
      let ok_a5 = live_a & (vec4u(j + 5u) >= from_a) & (vec4u(j + 5u) <= last_a);
      a5 = select(none, soft_cap(args.scale * a5), ok_a5);
      let ok_a6 = live_a & (vec4u(j + 6u) >= from_a) & (vec4u(j + 6u) <= last_a);
      a6 = select(none, soft_cap(args.scale * a6), ok_a6);
      let ok_a7 = live_a & (vec4u(j + 7u) >= from_a) & (vec4u(j + 7u) <= last_a);
      a7 = select(none, soft_cap(args.scale * a7), ok_a7);
      let ok_a8 = live_a & (vec4u(j + 8u) >= from_a) & (vec4u(j + 8u) <= last_a);
      a8 = select(none, soft_cap(args.scale * a8), ok_a8);
      let ok_a9 = live_a & (vec4u(j + 9u) >= from_a) & (vec4u(j + 9u) <= last_a);
      a9 = select(none, soft_cap(args.scale * a9), ok_a9);
      let ok_a10 = live_a & (vec4u(j + 10u) >= from_a) & (vec4u(j + 10u) <= last_a);
      a10 = select(none, soft_cap(args.scale * a10), ok_a10);
      let ok_a11 = live_a & (vec4u(j + 11u) >= from_a) & (vec4u(j + 11u) <= last_a);
      a11 = select(none, soft_cap(args.scale * a11), ok_a11);
      let ok_a12 = live_a & (vec4u(j + 12u) >= from_a) & (vec4u(j + 12u) <= last_a);
      a12 = select(none, soft_cap(args.scale * a12), ok_a12);
      let ok_a13 = live_a & (vec4u(j + 13u) >= from_a) & (vec4u(j + 13u) <= last_a);
      a13 = select(none, soft_cap(args.scale * a13), ok_a13);
      let ok_a14 = live_a & (vec4u(j + 14u) >= from_a) & (vec4u(j + 14u) <= last_a);
      a14 = select(none, soft_cap(args.scale * a14), ok_a14);
      let ok_a15 = live_a & (vec4u(j + 15u) >= from_a) & (vec4u(j + 15u) <= last_a);
      a15 = select(none, soft_cap(args.scale * a15), ok_a15);
      let top_a = max(
        m_a,
        max(
          max(max(max(a0, a1), max(a2, a3)), max(max(a4, a5), max(a6, a7))),
          max(max(max(a8, a9), max(a10, a11)), max(max(a12, a13), max(a14, a15))),
        ),
      );
      let shrink_a = exp(m_a - top_a);
      m_a = top_a;
      a0 = select(vec4f(0.0), exp(a0 - top_a), ok_a0);
      a1 = select(vec4f(0.0), exp(a1 - top_a), ok_a1);
      a2 = select(vec4f(0.0), exp(a2 - top_a), ok_a2);
      a3 = select(vec4f(0.0), exp(a3 - top_a), ok_a3);
      a4 = select(vec4f(0.0), exp(a4 - top_a), ok_a4);
      a5 = select(vec4f(0.0), exp(a5 - top_a), ok_a5);
      a6 = select(vec4f(0.0), exp(a6 - top_a), ok_a6);
      a7 = select(vec4f(0.0), exp(a7 - top_a), ok_a7);
      a8 = select(vec4f(0.0), exp(a8 - top_a), ok_a8);
      a9 = select(vec4f(0.0), exp(a9 - top_a), ok_a9);
      a10 = select(vec4f(0.0), exp(a10 - top_a), ok_a10);
      a11 = select(vec4f(0.0), exp(a11 - top_a), ok_a11);
      a12 = select(vec4f(0.0), exp(a12 - top_a), ok_a12);
      a13 = select(vec4f(0.0), exp(a13 - top_a), ok_a13);
      a14 = select(vec4f(0.0), exp(a14 - top_a), ok_a14);
      a15 = select(vec4f(0.0), exp(a15 - top_a), ok_a15);
      z_a = z_a * shrink_a + (
        (((a0 + a1) + (a2 + a3)) + ((a4 + a5) + (a6 + a7)))
        + (((a8 + a9) + (a10 + a11)) + ((a12 + a13) + (a14 + a15)))
      );
      // A column per query, a row per key.
      let e_a0 = transpose(mat4x4f(a0, a1, a2, a3));
      let e_a1 = transpose(mat4x4f(a4, a5, a6, a7));
      let e_a2 = transpose(mat4x4f(a8, a9, a10, a11));
      let e_a3 = transpose(mat4x4f(a12, a13, a14, a15));
      let ok_b0 = live_b & (vec4u(j + 0u) >= from_b) & (vec4u(j + 0u) <= last_b);
      b0 = select(none, soft_cap(args.scale * b0), ok_b0);
      let ok_b1 = live_b & (vec4u(j + 1u) >= from_b) & (vec4u(j + 1u) <= last_b);
      b1 = select(none, soft_cap(args.scale * b1), ok_b1);
      let ok_b2 = live_b & (vec4u(j + 2u) >= from_b) & (vec4u(j + 2u) <= last_b);
      b2 = select(none, soft_cap(args.scale * b2), ok_b2);
      let ok_b3 = live_b & (vec4u(j + 3u) >= from_b) & (vec4u(j + 3u) <= last_b);
      b3 = select(none, soft_cap(args.scale * b3), ok_b3);
      let ok_b4 = live_b & (vec4u(j + 4u) >= from_b) & (vec4u(j + 4u) <= last_b);
      b4 = select(none, soft_cap(args.scale * b4), ok_b4);
      let ok_b5 = live_b & (vec4u(j + 5u) >= from_b) & (vec4u(j + 5u) <= last_b);
      b5 = select(none, soft_cap(args.scale * b5), ok_b5);
      let ok_b6 = live_b & (vec4u(j + 6u) >= from_b) & (vec4u(j + 6u) <= last_b);
      b6 = select(none, soft_cap(args.scale * b6), ok_b6);
      let ok_b7 = live_b & (vec4u(j + 7u) >= from_b) & (vec4u(j + 7u) <= last_b);
      b7 = select(none, soft_cap(args.scale * b7), ok_b7);
      let ok_b8 = live_b & (vec4u(j + 8u) >= from_b) & (vec4u(j + 8u) <= last_b);
      b8 = select(none, soft_cap(args.scale * b8), ok_b8);
      let ok_b9 = live_b & (vec4u(j + 9u) >= from_b) & (vec4u(j + 9u) <= last_b);
      b9 = select(none, soft_cap(args.scale * b9), ok_b9);
      let ok_b10 = live_b & (vec4u(j + 10u) >= from_b) & (vec4u(j + 10u) <= last_b);
      b10 = select(none, soft_cap(args.scale * b10), ok_b10);
      let ok_b11 = live_b & (vec4u(j + 11u) >= from_b) & (vec4u(j + 11u) <= last_b);
      b11 = select(none, soft_cap(args.scale * b11), ok_b11);
      let ok_b12 = live_b & (vec4u(j + 12u) >= from_b) & (vec4u(j + 12u) <= last_b);
      b12 = select(none, soft_cap(args.scale * b12), ok_b12);
      let ok_b13 = live_b & (vec4u(j + 13u) >= from_b) & (vec4u(j + 13u) <= last_b);
      b13 = select(none, soft_cap(args.scale * b13), ok_b13);
      let ok_b14 = live_b & (vec4u(j + 14u) >= from_b) & (vec4u(j + 14u) <= last_b);
      b14 = select(none, soft_cap(args.scale * b14), ok_b14);
      let ok_b15 = live_b & (vec4u(j + 15u) >= from_b) & (vec4u(j + 15u) <= last_b);
      b15 = select(none, soft_cap(args.scale * b15), ok_b15);
      let top_b = max(
        m_b,
        max(
          max(max(max(b0, b1), max(b2, b3)), max(max(b4, b5), max(b6, b7))),
          max(max(max(b8, b9), max(b10, b11)), max(max(b12, b13), max(b14, b15))),
        ),
      );
      let shrink_b = exp(m_b - top_b);
      m_b = top_b;
      b0 = select(vec4f(0.0), exp(b0 - top_b), ok_b0);
      b1 = select(vec4f(0.0), exp(b1 - top_b), ok_b1);
      b2 = select(vec4f(0.0), exp(b2 - top_b), ok_b2);
      b3 = select(vec4f(0.0), exp(b3 - top_b), ok_b3);
      b4 = select(vec4f(0.0), exp(b4 - top_b), ok_b4);
      b5 = select(vec4f(0.0), exp(b5 - top_b), ok_b5);
      b6 = select(vec4f(0.0), exp(b6 - top_b), ok_b6);
      b7 = select(vec4f(0.0), exp(b7 - top_b), ok_b7);
      b8 = select(vec4f(0.0), exp(b8 - top_b), ok_b8);
      b9 = select(vec4f(0.0), exp(b9 - top_b), ok_b9);
      b10 = select(vec4f(0.0), exp(b10 - top_b), ok_b10);
      b11 = select(vec4f(0.0), exp(b11 - top_b), ok_b11);
      b12 = select(vec4f(0.0), exp(b12 - top_b), ok_b12);
      b13 = select(vec4f(0.0), exp(b13 - top_b), ok_b13);
      b14 = select(vec4f(0.0), exp(b14 - top_b), ok_b14);
      b15 = select(vec4f(0.0), exp(b15 - top_b), ok_b15);
      z_b = z_b * shrink_b + (
        (((b0 + b1) + (b2 + b3)) + ((b4 + b5) + (b6 + b7)))
        + (((b8 + b9) + (b10 + b11)) + ((b12 + b13) + (b14 + b15)))
      );
      // A column per query, a row per key.
      let e_b0 = transpose(mat4x4f(b0, b1, b2, b3));
      let e_b1 = transpose(mat4x4f(b4, b5, b6, b7));
      let e_b2 = transpose(mat4x4f(b8, b9, b10, b11));
      let e_b3 = transpose(mat4x4f(b12, b13, b14, b15));
      for (var d = 0u; d < args.d4; d++) {
        let v0 = mat4x4f(value_at(p0 + d), value_at(p1 + d), value_at(p2 + d), value_at(p3 + d));
        let v1 = mat4x4f(value_at(p4 + d), value_at(p5 + d), value_at(p6 + d), value_at(p7 + d));
        let v2 = mat4x4f(value_at(p8 + d), value_at(p9 + d), value_at(p10 + d), value_at(p11 + d));
        let v3 = mat4x4f(value_at(p12 + d), value_at(p13 + d), value_at(p14 + d), value_at(p15 + d));
        let sum_a = v0 * e_a0 + v1 * e_a1 + v2 * e_a2 + v3 * e_a3;
        let sum_b = v0 * e_b0 + v1 * e_b1 + v2 * e_b2 + v3 * e_b3;
        y[y_a.x + d] = y[y_a.x + d] * shrink_a.x + sum_a[0];
        y[y_a.y + d] = y[y_a.y + d] * shrink_a.y + sum_a[1];
        y[y_a.z + d] = y[y_a.z + d] * shrink_a.z + sum_a[2];
        y[y_a.w + d] = y[y_a.w + d] * shrink_a.w + sum_a[3];
        y[y_b.x + d] = y[y_b.x + d] * shrink_b.x + sum_b[0];
        y[y_b.y + d] = y[y_b.y + d] * shrink_b.y + sum_b[1];
        y[y_b.z + d] = y[y_b.z + d] * shrink_b.z + sum_b[2];
        y[y_b.w + d] = y[y_b.w + d] * shrink_b.w + sum_b[3];
      }
    }
  }
  let w_a = select(vec4f(1.0), 1.0 / z_a, n_a < vec4u(queries));
  let w_b = select(vec4f(1.0), 1.0 / z_b, n_b < vec4u(queries));
  for (var d = 0u; d < args.d4; d++) {
    y[y_a.x + d] *= w_a.x;
    y[y_a.y + d] *= w_a.y;
    y[y_a.z + d] *= w_a.z;
    y[y_a.w + d] *= w_a.w;
    y[y_b.x + d] *= w_b.x;
    y[y_b.y + d] *= w_b.y;
    y[y_b.z + d] *= w_b.z;
    y[y_b.w + d] *= w_b.w;
  }
}
