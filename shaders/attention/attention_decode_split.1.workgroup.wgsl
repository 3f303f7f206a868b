// uses: lib/soft_cap.none.wgsl lib/keys.f32.wgsl lib/values.f32.wgsl
// Flash decoding (Dao et al. 2023): the keys a row sees are cut into `splits` equal runs; one workgroup per (row, head,
// run) leaves Σ e·v, then the vector (m, z, 0, 0) with m the largest score, e = exp(score − m) and z = Σ e.
// attention_decode_combine adds the runs. With one split the result is finished, and `partial` is y (rows, heads, d4).
// The length is the row's position: args do not change while a text grows. One key per invocation for the scores, d4
// invocations per key for the sum.
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

const WG = 128u;
var<workgroup> query: array<vec4f, 64>;
var<workgroup> weights: array<f32, WG>;
var<workgroup> part: array<vec4f, WG>;

fn largest(t: u32, v: f32) -> f32 {
  weights[t] = v;
  for (var s = WG / 2u; s > 0u; s /= 2u) {
    workgroupBarrier();
    if (t < s) { weights[t] = max(weights[t], weights[t + s]); }
  }
  workgroupBarrier();
  let m = weights[0];
  workgroupBarrier();
  return m;
}

@compute @workgroup_size(WG)
fn attention_decode_split(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let i = wg.x + wg.y * groups.x;
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

  if (t < args.d4) { query[t] = args.scale * q[args.q_at + row * args.q_row + head * args.d4 + t]; }
  workgroupBarrier();

  let parts = WG / args.d4; // keys at a time in the weighted sum
  let d = t % args.d4;
  var m = -3.4e38;
  var z = 0.0;
  var acc = vec4f(0.0);
  for (var j0 = begin; j0 < end; j0 += WG) {
    let j = j0 + t;
    var s = -3.4e38;
    if (j < end) {
      s = 0.0;
      for (var c = 0u; c < args.d4; c++) { s += dot(query[c], key_at(cache + j * stride + c)); }
      s = soft_cap_one(s);
    }
    let top = max(m, largest(t, s));
    weights[t] = select(0.0, exp(s - top), j < end);
    workgroupBarrier();
    let shrink = exp(m - top);
    m = top;
    z *= shrink;
    acc *= shrink;
    let count = min(WG, end - j0);
    if (t / args.d4 < parts) {
      for (var k = t / args.d4; k < count; k += parts) {
        z += weights[k];
        acc += weights[k] * value_at(cache + (j0 + k) * stride + d);
      }
    }
    workgroupBarrier();
  }
  // Every invocation has the sums of its own keys: d4 of them have the same ones.
  part[t] = acc;
  weights[t] = z;
  workgroupBarrier();
  if (t < args.d4) {
    var sum = vec4f(0.0);
    z = 0.0;
    for (var k = 0u; k < parts; k++) {
      sum += part[k * args.d4 + t];
      z += weights[k * args.d4 + t];
    }
    if (args.splits == 1u) {
      partial[i * args.d4 + t] = sum / z;
    } else {
      partial[i * (args.d4 + 1u) + t] = sum;
      if (t == 0u) { partial[i * (args.d4 + 1u) + args.d4] = vec4f(m, z, 0.0, 0.0); }
    }
  }
}
