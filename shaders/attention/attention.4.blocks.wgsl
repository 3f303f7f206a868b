// As attention.1.naive, for software adapters and any head dimension: eight queries per invocation against eight keys
// at a time, as small matrix products, so that a vector is read once for many multiplications. y holds the running sums
// (online softmax); no workgroup memory, and the loop over the head's vectors stays a loop, so that it compiles in half
// a second.
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
  for (var j = 0u; j < args.tokens; j += 8u) {
    // Keys past the last one are that one again, and count nothing.
    let p0 = keys + min(j + 0u, end) * row;
    let p1 = keys + min(j + 1u, end) * row;
    let p2 = keys + min(j + 2u, end) * row;
    let p3 = keys + min(j + 3u, end) * row;
    let p4 = keys + min(j + 4u, end) * row;
    let p5 = keys + min(j + 5u, end) * row;
    let p6 = keys + min(j + 6u, end) * row;
    let p7 = keys + min(j + 7u, end) * row;
    var a0 = vec4f(0.0);
    var a1 = vec4f(0.0);
    var a2 = vec4f(0.0);
    var a3 = vec4f(0.0);
    var a4 = vec4f(0.0);
    var a5 = vec4f(0.0);
    var a6 = vec4f(0.0);
    var a7 = vec4f(0.0);
    var b0 = vec4f(0.0);
    var b1 = vec4f(0.0);
    var b2 = vec4f(0.0);
    var b3 = vec4f(0.0);
    var b4 = vec4f(0.0);
    var b5 = vec4f(0.0);
    var b6 = vec4f(0.0);
    var b7 = vec4f(0.0);
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
    }
    let top_a = max(
      m_a,
      args.scale * max(
        max(max(a0, a1), max(a2, a3)),
        max(max(a4, a5), max(a6, a7)),
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
    z_a = z_a * shrink_a + (
      ((a0 + a1) + (a2 + a3))
      + ((a4 + a5) + (a6 + a7))
    );
    // A column per query, a row per key.
    let e_a0 = transpose(mat4x4f(a0, a1, a2, a3));
    let e_a1 = transpose(mat4x4f(a4, a5, a6, a7));
    let top_b = max(
      m_b,
      args.scale * max(
        max(max(b0, b1), max(b2, b3)),
        max(max(b4, b5), max(b6, b7)),
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
    z_b = z_b * shrink_b + (
      ((b0 + b1) + (b2 + b3))
      + ((b4 + b5) + (b6 + b7))
    );
    // A column per query, a row per key.
    let e_b0 = transpose(mat4x4f(b0, b1, b2, b3));
    let e_b1 = transpose(mat4x4f(b4, b5, b6, b7));
    for (var d = 0u; d < args.d4; d++) {
      let v0 = mat4x4f(qkv[p0 + width + d], qkv[p1 + width + d], qkv[p2 + width + d], qkv[p3 + width + d]);
      let v1 = mat4x4f(qkv[p4 + width + d], qkv[p5 + width + d], qkv[p6 + width + d], qkv[p7 + width + d]);
      let sum_a = v0 * e_a0 + v1 * e_a1;
      let sum_b = v0 * e_b0 + v1 * e_b1;
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
