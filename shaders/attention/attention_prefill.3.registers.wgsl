// uses: lib/soft_cap.none.wgsl lib/keys.f32.wgsl lib/values.f32.wgsl
// As attention_prefill.1.naive, for software adapters: four queries of one key head per invocation (row by row, heads
// of a group side by side) against eight keys at a time, as two small matrix products, so that a vector is read once
// for many multiplications. y holds the running sums; no workgroup memory, and the loops stay loops, so any head
// dimension compiles at once. Rows in any order.
struct Args {
  rows: u32, heads: u32, kv_heads: u32, d4: u32,   // d4: head dimension / 4
  context: u32, window: u32, q_row: u32, q_at: u32, // window 0: none; q_row and q_at in vec4
  scale: f32, cap: f32, key_scales: u32, value_scales: u32, // cap: of scores; words where a cache's scales begin
}

@group(0) @binding(0) var<storage, read>       rows:   array<vec4u>; // (rows): token, slot, position, 0
@group(0) @binding(1) var<storage, read>       q:      array<vec4f>; // (rows, q_row)
@group(0) @binding(2) var<storage, read>       keys:   array<KeyWord>; // (slots, context, kv_heads, d4)
@group(0) @binding(3) var<storage, read>       values: array<ValueWord>;
@group(0) @binding(4) var<storage, read_write> y:      array<vec4f>; // (rows, heads, d4)
@group(0) @binding(5) var<uniform>             args:   Args;

const WG = 16u;

// First position that a query at `position` sees.
fn first_seen(position: u32) -> u32 {
  return select(0u, position + 1u - args.window, args.window > 0u && position + 1u > args.window);
}

fn four(at: vec4u, d: u32) -> mat4x4f { return mat4x4f(q[at.x + d], q[at.y + d], q[at.z + d], q[at.w + d]); }

@compute @workgroup_size(WG)
fn attention_prefill(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let group = args.heads / args.kv_heads;
  let queries = args.rows * group;
  if (i >= (queries + 3u) / 4u * args.kv_heads) { return; }
  let kv_head = i % args.kv_heads;
  let first = i / args.kv_heads * 4u;
  let count = min(4u, queries - first);
  let n = min(vec4u(first) + vec4u(0u, 1u, 2u, 3u), vec4u(queries - 1u));
  let row = n / group;
  let head = vec4u(kv_head * group) + n % group;
  let q_at = vec4u(args.q_at) + row * args.q_row + head * args.d4;
  let y_at = (row * args.heads + head) * args.d4;
  let slot = vec4u(rows[row.x].y, rows[row.y].y, rows[row.z].y, rows[row.w].y);
  let last = vec4u(rows[row.x].z, rows[row.y].z, rows[row.z].z, rows[row.w].z);
  let from_ = vec4u(first_seen(last.x), first_seen(last.y), first_seen(last.z), first_seen(last.w));
  let stride = args.kv_heads * args.d4;

  for (var d = 0u; d < args.d4; d++) {
    y[y_at.x + d] = vec4f(0.0);
    if (count > 1u) { y[y_at.y + d] = vec4f(0.0); }
    if (count > 2u) { y[y_at.z + d] = vec4f(0.0); }
    if (count > 3u) { y[y_at.w + d] = vec4f(0.0); }
  }
  var m = vec4f(-3.4e38);
  var z = vec4f(0.0);
  // One turn per slot among the four: nearly always one.
  for (var lead = 0u; lead < count; lead++) {
    var turn = slot.x;
    if (lead == 1u) { turn = slot.y; }
    if (lead == 2u) { turn = slot.z; }
    if (lead == 3u) { turn = slot.w; }
    if ((lead > 0u && slot.x == turn) || (lead > 1u && slot.y == turn) || (lead > 2u && slot.z == turn)) { continue; }
    let live = slot == vec4u(turn);
    let lows = select(vec4u(0xffffffffu), from_, live);
    let highs = select(vec4u(0u), last + vec4u(1u), live);
    let low = min(min(lows.x, lows.y), min(lows.z, lows.w));
    let high = max(max(highs.x, highs.y), max(highs.z, highs.w));
    let cache = turn * args.context * stride + kv_head * args.d4;
    for (var j = low; j < high; j += 8u) {
      // Keys past the last one are that one again, and count nothing.
      let end = high - 1u;
      let p0 = cache + j * stride;
      let p1 = cache + min(j + 1u, end) * stride;
      let p2 = cache + min(j + 2u, end) * stride;
      let p3 = cache + min(j + 3u, end) * stride;
      let p4 = cache + min(j + 4u, end) * stride;
      let p5 = cache + min(j + 5u, end) * stride;
      let p6 = cache + min(j + 6u, end) * stride;
      let p7 = cache + min(j + 7u, end) * stride;
      var s0 = vec4f(0.0);
      var s1 = vec4f(0.0);
      var s2 = vec4f(0.0);
      var s3 = vec4f(0.0);
      var s4 = vec4f(0.0);
      var s5 = vec4f(0.0);
      var s6 = vec4f(0.0);
      var s7 = vec4f(0.0);
      for (var d = 0u; d < args.d4; d++) {
        let a = four(q_at, d);
        s0 += key_at(p0 + d) * a;
        s1 += key_at(p1 + d) * a;
        s2 += key_at(p2 + d) * a;
        s3 += key_at(p3 + d) * a;
        s4 += key_at(p4 + d) * a;
        s5 += key_at(p5 + d) * a;
        s6 += key_at(p6 + d) * a;
        s7 += key_at(p7 + d) * a;
      }
      let none = vec4f(-3.4e38);
      let ok0 = live & (vec4u(j) >= from_) & (vec4u(j) <= last);
      let ok1 = live & (vec4u(j + 1u) >= from_) & (vec4u(j + 1u) <= last);
      let ok2 = live & (vec4u(j + 2u) >= from_) & (vec4u(j + 2u) <= last);
      let ok3 = live & (vec4u(j + 3u) >= from_) & (vec4u(j + 3u) <= last);
      let ok4 = live & (vec4u(j + 4u) >= from_) & (vec4u(j + 4u) <= last);
      let ok5 = live & (vec4u(j + 5u) >= from_) & (vec4u(j + 5u) <= last);
      let ok6 = live & (vec4u(j + 6u) >= from_) & (vec4u(j + 6u) <= last);
      let ok7 = live & (vec4u(j + 7u) >= from_) & (vec4u(j + 7u) <= last);
      s0 = select(none, soft_cap(args.scale * s0), ok0);
      s1 = select(none, soft_cap(args.scale * s1), ok1);
      s2 = select(none, soft_cap(args.scale * s2), ok2);
      s3 = select(none, soft_cap(args.scale * s3), ok3);
      s4 = select(none, soft_cap(args.scale * s4), ok4);
      s5 = select(none, soft_cap(args.scale * s5), ok5);
      s6 = select(none, soft_cap(args.scale * s6), ok6);
      s7 = select(none, soft_cap(args.scale * s7), ok7);
      let top = max(m, max(max(max(s0, s1), max(s2, s3)), max(max(s4, s5), max(s6, s7))));
      let shrink = exp(m - top);
      m = top;
      s0 = select(vec4f(0.0), exp(s0 - top), ok0);
      s1 = select(vec4f(0.0), exp(s1 - top), ok1);
      s2 = select(vec4f(0.0), exp(s2 - top), ok2);
      s3 = select(vec4f(0.0), exp(s3 - top), ok3);
      s4 = select(vec4f(0.0), exp(s4 - top), ok4);
      s5 = select(vec4f(0.0), exp(s5 - top), ok5);
      s6 = select(vec4f(0.0), exp(s6 - top), ok6);
      s7 = select(vec4f(0.0), exp(s7 - top), ok7);
      z = z * shrink + ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
      let e0 = transpose(mat4x4f(s0, s1, s2, s3)); // a column per query, a row per key
      let e1 = transpose(mat4x4f(s4, s5, s6, s7));
      for (var d = 0u; d < args.d4; d++) {
        let sum = mat4x4f(value_at(p0 + d), value_at(p1 + d), value_at(p2 + d), value_at(p3 + d)) * e0
                + mat4x4f(value_at(p4 + d), value_at(p5 + d), value_at(p6 + d), value_at(p7 + d)) * e1;
        y[y_at.x + d] = y[y_at.x + d] * shrink.x + sum[0];
        if (count > 1u) { y[y_at.y + d] = y[y_at.y + d] * shrink.y + sum[1]; }
        if (count > 2u) { y[y_at.z + d] = y[y_at.z + d] * shrink.z + sum[2]; }
        if (count > 3u) { y[y_at.w + d] = y[y_at.w + d] * shrink.w + sum[3]; }
      }
    }
  }
  let r = 1.0 / z;
  for (var d = 0u; d < args.d4; d++) {
    y[y_at.x + d] *= r.x;
    if (count > 1u) { y[y_at.y + d] *= r.y; }
    if (count > 2u) { y[y_at.z + d] *= r.z; }
    if (count > 3u) { y[y_at.w + d] *= r.w; }
  }
}
