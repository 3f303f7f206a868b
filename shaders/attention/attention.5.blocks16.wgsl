// As attention.4.blocks with sixteen keys at a time: a third fewer loads, three times the compilation. The quickest
// where a load costs more than anything, as on SwiftShader.
// Written by scripts/shaders/generate.mjs from attention.blocks.wgsl there: change that.
struct Args { batch: u32, tokens: u32, heads: u32, scale: f32, d4: u32 } // d4: head dimension / 4

@group(0) @binding(0) var<storage, read>       qkv:  array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y:    array<vec4f>;
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 4u;

fn four(at: vec4u, d: u32) -> mat4x4f { return mat4x4f(qkv[at.x + d], qkv[at.y + d], qkv[at.z + d], qkv[at.w + d]); }

@compute @workgroup_size(WG)
fn attention(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let blocks = (args.tokens + 7u) / 8u;
  if (i >= args.batch * args.heads * blocks) { return; }
  let first = (i % blocks) * 8u;
  let head = (i / blocks) % args.heads;
  let sample = i / (blocks * args.heads);
  let width = args.heads * args.d4;
  let row = 3u * width;
  let queries = sample * args.tokens * row + head * args.d4;
  let keys = queries + width;
  let end = args.tokens - 1u;

  // Queries past the last are that one again; they add nothing to it.
  let n_a = vec4u(first) + vec4u(0u, 1u, 2u, 3u);
  let n_b = n_a + 4u;
  let live_a = n_a <= vec4u(end);
  let live_b = n_b <= vec4u(end);
  let t_a = min(n_a, vec4u(end));
  let t_b = min(n_b, vec4u(end));
  let q_a = queries + t_a * row;
  let q_b = queries + t_b * row;
  let y_a = (sample * args.tokens + t_a) * width + head * args.d4;
  let y_b = (sample * args.tokens + t_b) * width + head * args.d4;
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
  var m_a = vec4f(-3.4e38);
  var m_b = vec4f(-3.4e38);
  var z_a = vec4f(0.0);
  var z_b = vec4f(0.0);
  for (var j = 0u; j < args.tokens; j += 16u) {
    // Keys past the last one are that one again, and count nothing.
    let p0 = keys + min(j + 0u, end) * row;
    let p1 = keys + min(j + 1u, end) * row;
    let p2 = keys + min(j + 2u, end) * row;
    let p3 = keys + min(j + 3u, end) * row;
    let p4 = keys + min(j + 4u, end) * row;
    let p5 = keys + min(j + 5u, end) * row;
    let p6 = keys + min(j + 6u, end) * row;
    let p7 = keys + min(j + 7u, end) * row;
    let p8 = keys + min(j + 8u, end) * row;
    let p9 = keys + min(j + 9u, end) * row;
    let p10 = keys + min(j + 10u, end) * row;
    let p11 = keys + min(j + 11u, end) * row;
    let p12 = keys + min(j + 12u, end) * row;
    let p13 = keys + min(j + 13u, end) * row;
    let p14 = keys + min(j + 14u, end) * row;
    let p15 = keys + min(j + 15u, end) * row;
    var a0 = vec4f(0.0);
    var a1 = vec4f(0.0);
    var a2 = vec4f(0.0);
    var a3 = vec4f(0.0);
    var a4 = vec4f(0.0);
    var a5 = vec4f(0.0);
    var a6 = vec4f(0.0);
    var a7 = vec4f(0.0);
    var a8 = vec4f(0.0);
    var a9 = vec4f(0.0);
    var a10 = vec4f(0.0);
    var a11 = vec4f(0.0);
    var a12 = vec4f(0.0);
    var a13 = vec4f(0.0);
    var a14 = vec4f(0.0);
    var a15 = vec4f(0.0);
    var b0 = vec4f(0.0);
    var b1 = vec4f(0.0);
    var b2 = vec4f(0.0);
    var b3 = vec4f(0.0);
    var b4 = vec4f(0.0);
    var b5 = vec4f(0.0);
    var b6 = vec4f(0.0);
    var b7 = vec4f(0.0);
    var b8 = vec4f(0.0);
    var b9 = vec4f(0.0);
    var b10 = vec4f(0.0);
    var b11 = vec4f(0.0);
    var b12 = vec4f(0.0);
    var b13 = vec4f(0.0);
    var b14 = vec4f(0.0);
    var b15 = vec4f(0.0);
    for (var d = 0u; d < args.d4; d++) {
      let a = four(q_a, d);
      let b = four(q_b, d);
      let k0 = qkv[p0 + d];
      a0 += k0 * a;
      b0 += k0 * b;
      let k1 = qkv[p1 + d];
      a1 += k1 * a;
      b1 += k1 * b;
      let k2 = qkv[p2 + d];
      a2 += k2 * a;
      b2 += k2 * b;
      let k3 = qkv[p3 + d];
      a3 += k3 * a;
      b3 += k3 * b;
      let k4 = qkv[p4 + d];
      a4 += k4 * a;
      b4 += k4 * b;
      let k5 = qkv[p5 + d];
      a5 += k5 * a;
      b5 += k5 * b;
      let k6 = qkv[p6 + d];
      a6 += k6 * a;
      b6 += k6 * b;
      let k7 = qkv[p7 + d];
      a7 += k7 * a;
      b7 += k7 * b;
      let k8 = qkv[p8 + d];
      a8 += k8 * a;
      b8 += k8 * b;
      let k9 = qkv[p9 + d];
      a9 += k9 * a;
      b9 += k9 * b;
      let k10 = qkv[p10 + d];
      a10 += k10 * a;
      b10 += k10 * b;
      let k11 = qkv[p11 + d];
      a11 += k11 * a;
      b11 += k11 * b;
      let k12 = qkv[p12 + d];
      a12 += k12 * a;
      b12 += k12 * b;
      let k13 = qkv[p13 + d];
      a13 += k13 * a;
      b13 += k13 * b;
      let k14 = qkv[p14 + d];
      a14 += k14 * a;
      b14 += k14 * b;
      let k15 = qkv[p15 + d];
      a15 += k15 * a;
      b15 += k15 * b;
    }
    let top_a = max(
      m_a,
      args.scale * max(
        max(max(max(a0, a1), max(a2, a3)), max(max(a4, a5), max(a6, a7))),
        max(max(max(a8, a9), max(a10, a11)), max(max(a12, a13), max(a14, a15))),
      ),
    );
    let shrink_a = select(vec4f(1.0), exp(m_a - top_a), live_a);
    m_a = top_a;
    a0 = select(vec4f(0.0), exp(args.scale * a0 - top_a), live_a & vec4<bool>(j + 0u <= end));
    a1 = select(vec4f(0.0), exp(args.scale * a1 - top_a), live_a & vec4<bool>(j + 1u <= end));
    a2 = select(vec4f(0.0), exp(args.scale * a2 - top_a), live_a & vec4<bool>(j + 2u <= end));
    a3 = select(vec4f(0.0), exp(args.scale * a3 - top_a), live_a & vec4<bool>(j + 3u <= end));
    a4 = select(vec4f(0.0), exp(args.scale * a4 - top_a), live_a & vec4<bool>(j + 4u <= end));
    a5 = select(vec4f(0.0), exp(args.scale * a5 - top_a), live_a & vec4<bool>(j + 5u <= end));
    a6 = select(vec4f(0.0), exp(args.scale * a6 - top_a), live_a & vec4<bool>(j + 6u <= end));
    a7 = select(vec4f(0.0), exp(args.scale * a7 - top_a), live_a & vec4<bool>(j + 7u <= end));
    a8 = select(vec4f(0.0), exp(args.scale * a8 - top_a), live_a & vec4<bool>(j + 8u <= end));
    a9 = select(vec4f(0.0), exp(args.scale * a9 - top_a), live_a & vec4<bool>(j + 9u <= end));
    a10 = select(vec4f(0.0), exp(args.scale * a10 - top_a), live_a & vec4<bool>(j + 10u <= end));
    a11 = select(vec4f(0.0), exp(args.scale * a11 - top_a), live_a & vec4<bool>(j + 11u <= end));
    a12 = select(vec4f(0.0), exp(args.scale * a12 - top_a), live_a & vec4<bool>(j + 12u <= end));
    a13 = select(vec4f(0.0), exp(args.scale * a13 - top_a), live_a & vec4<bool>(j + 13u <= end));
    a14 = select(vec4f(0.0), exp(args.scale * a14 - top_a), live_a & vec4<bool>(j + 14u <= end));
    a15 = select(vec4f(0.0), exp(args.scale * a15 - top_a), live_a & vec4<bool>(j + 15u <= end));
    z_a = z_a * shrink_a + (
      (((a0 + a1) + (a2 + a3)) + ((a4 + a5) + (a6 + a7)))
      + (((a8 + a9) + (a10 + a11)) + ((a12 + a13) + (a14 + a15)))
    );
    // A column per query, a row per key.
    let e_a0 = transpose(mat4x4f(a0, a1, a2, a3));
    let e_a1 = transpose(mat4x4f(a4, a5, a6, a7));
    let e_a2 = transpose(mat4x4f(a8, a9, a10, a11));
    let e_a3 = transpose(mat4x4f(a12, a13, a14, a15));
    let top_b = max(
      m_b,
      args.scale * max(
        max(max(max(b0, b1), max(b2, b3)), max(max(b4, b5), max(b6, b7))),
        max(max(max(b8, b9), max(b10, b11)), max(max(b12, b13), max(b14, b15))),
      ),
    );
    let shrink_b = select(vec4f(1.0), exp(m_b - top_b), live_b);
    m_b = top_b;
    b0 = select(vec4f(0.0), exp(args.scale * b0 - top_b), live_b & vec4<bool>(j + 0u <= end));
    b1 = select(vec4f(0.0), exp(args.scale * b1 - top_b), live_b & vec4<bool>(j + 1u <= end));
    b2 = select(vec4f(0.0), exp(args.scale * b2 - top_b), live_b & vec4<bool>(j + 2u <= end));
    b3 = select(vec4f(0.0), exp(args.scale * b3 - top_b), live_b & vec4<bool>(j + 3u <= end));
    b4 = select(vec4f(0.0), exp(args.scale * b4 - top_b), live_b & vec4<bool>(j + 4u <= end));
    b5 = select(vec4f(0.0), exp(args.scale * b5 - top_b), live_b & vec4<bool>(j + 5u <= end));
    b6 = select(vec4f(0.0), exp(args.scale * b6 - top_b), live_b & vec4<bool>(j + 6u <= end));
    b7 = select(vec4f(0.0), exp(args.scale * b7 - top_b), live_b & vec4<bool>(j + 7u <= end));
    b8 = select(vec4f(0.0), exp(args.scale * b8 - top_b), live_b & vec4<bool>(j + 8u <= end));
    b9 = select(vec4f(0.0), exp(args.scale * b9 - top_b), live_b & vec4<bool>(j + 9u <= end));
    b10 = select(vec4f(0.0), exp(args.scale * b10 - top_b), live_b & vec4<bool>(j + 10u <= end));
    b11 = select(vec4f(0.0), exp(args.scale * b11 - top_b), live_b & vec4<bool>(j + 11u <= end));
    b12 = select(vec4f(0.0), exp(args.scale * b12 - top_b), live_b & vec4<bool>(j + 12u <= end));
    b13 = select(vec4f(0.0), exp(args.scale * b13 - top_b), live_b & vec4<bool>(j + 13u <= end));
    b14 = select(vec4f(0.0), exp(args.scale * b14 - top_b), live_b & vec4<bool>(j + 14u <= end));
    b15 = select(vec4f(0.0), exp(args.scale * b15 - top_b), live_b & vec4<bool>(j + 15u <= end));
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
      let v0 = mat4x4f(qkv[p0 + width + d], qkv[p1 + width + d], qkv[p2 + width + d], qkv[p3 + width + d]);
      let v1 = mat4x4f(qkv[p4 + width + d], qkv[p5 + width + d], qkv[p6 + width + d], qkv[p7 + width + d]);
      let v2 = mat4x4f(qkv[p8 + width + d], qkv[p9 + width + d], qkv[p10 + width + d], qkv[p11 + width + d]);
      let v3 = mat4x4f(qkv[p12 + width + d], qkv[p13 + width + d], qkv[p14 + width + d], qkv[p15 + width + d]);
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
  let r_a = select(vec4f(1.0), 1.0 / z_a, live_a);
  let r_b = select(vec4f(1.0), 1.0 / z_b, live_b);
  for (var d = 0u; d < args.d4; d++) {
    y[y_a.x + d] *= r_a.x;
    y[y_a.y + d] *= r_a.y;
    y[y_a.z + d] *= r_a.z;
    y[y_a.w + d] *= r_a.w;
    y[y_b.x + d] *= r_b.x;
    y[y_b.y + d] *= r_b.y;
    y[y_b.z + d] *= r_b.z;
    y[y_b.w + d] *= r_b.w;
  }
}
