// uses: lib/soft_cap.none.wgsl lib/keys.f32.wgsl lib/values.f32.wgsl
// As attention_decode_split.1.workgroup, for software adapters: one (row, head, run) per invocation, eight keys at a
// time as small matrix products; the running sums live in `partial`. No workgroup memory; any head dimension.
struct Args {
  rows: u32, heads: u32, kv_heads: u32, d4: u32,    // d4: head dimension / 4
  context: u32, window: u32, q_row: u32, q_at: u32, // window 0: none; q_row and q_at in vec4
  scale: f32, cap: f32, key_scales: u32, value_scales: u32, // cap: of scores; words where a cache's scales begin
  splits: u32,
}

@group(0) @binding(0) var<storage, read>       rows:   array<vec4u>; // (rows): token, slot, position, 0
@group(0) @binding(1) var<storage, read>       q:      array<vec4f>; // (rows, q_row)
@group(0) @binding(2) var<storage, read>       keys:   array<KeyWord>; // (slots, context, kv_heads, d4)
@group(0) @binding(3) var<storage, read>       values: array<ValueWord>;
@group(0) @binding(4) var<storage, read_write> partial: array<vec4f>; // (rows, heads, splits, d4 + 1), or y
@group(0) @binding(5) var<uniform>             args:   Args;

const WG = 4u;

@compute @workgroup_size(WG)
fn attention_decode_split(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  if (i >= args.rows * args.heads * args.splits) { return; }
  let row = i / (args.splits * args.heads);
  let head = (i / args.splits) % args.heads;
  let position = rows[row].z;
  let first = select(0u, position + 1u - args.window, args.window > 0u && position + 1u > args.window);
  let run = (position + args.splits - first) / args.splits;
  let begin = first + (i % args.splits) * run;
  let end = min(begin + run, position + 1u);
  let stride = args.kv_heads * args.d4;
  let cache = rows[row].y * args.context * stride + head / (args.heads / args.kv_heads) * args.d4;
  let q_at = args.q_at + row * args.q_row + head * args.d4;
  let at = i * select(args.d4 + 1u, args.d4, args.splits == 1u);

  for (var d = 0u; d < args.d4; d++) { partial[at + d] = vec4f(0.0); }
  let none = vec4f(-3.4e38);
  var m = -3.4e38;
  var z = 0.0;
  for (var j = begin; j < end; j += 8u) {
    // Keys past the last one are that one again, and count nothing.
    let p0 = cache + j * stride;
    let p1 = cache + min(j + 1u, end - 1u) * stride;
    let p2 = cache + min(j + 2u, end - 1u) * stride;
    let p3 = cache + min(j + 3u, end - 1u) * stride;
    let p4 = cache + min(j + 4u, end - 1u) * stride;
    let p5 = cache + min(j + 5u, end - 1u) * stride;
    let p6 = cache + min(j + 6u, end - 1u) * stride;
    let p7 = cache + min(j + 7u, end - 1u) * stride;
    var a = vec4f(0.0);
    var b = vec4f(0.0);
    for (var d = 0u; d < args.d4; d++) {
      let c = q[q_at + d];
      a += c * mat4x4f(key_at(p0 + d), key_at(p1 + d), key_at(p2 + d), key_at(p3 + d));
      b += c * mat4x4f(key_at(p4 + d), key_at(p5 + d), key_at(p6 + d), key_at(p7 + d));
    }
    let ok_a = vec4u(j) + vec4u(0u, 1u, 2u, 3u) < vec4u(end);
    let ok_b = vec4u(j) + vec4u(4u, 5u, 6u, 7u) < vec4u(end);
    a = select(none, soft_cap(args.scale * a), ok_a);
    b = select(none, soft_cap(args.scale * b), ok_b);
    let tops = max(a, b);
    let top = max(m, max(max(tops.x, tops.y), max(tops.z, tops.w)));
    let shrink = exp(m - top);
    m = top;
    a = select(vec4f(0.0), exp(a - top), ok_a);
    b = select(vec4f(0.0), exp(b - top), ok_b);
    z = z * shrink + dot(a + b, vec4f(1.0));
    for (var d = 0u; d < args.d4; d++) {
      partial[at + d] = partial[at + d] * shrink
        + mat4x4f(value_at(p0 + d), value_at(p1 + d), value_at(p2 + d), value_at(p3 + d)) * a
        + mat4x4f(value_at(p4 + d), value_at(p5 + d), value_at(p6 + d), value_at(p7 + d)) * b;
    }
  }
  if (args.splits == 1u) {
    for (var d = 0u; d < args.d4; d++) { partial[at + d] /= z; }
  } else {
    partial[at + args.d4] = vec4f(m, z, 0.0, 0.0);
  }
}
