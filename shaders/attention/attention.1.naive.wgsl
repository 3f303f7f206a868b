// y = softmax(scale·q·kᵀ)·v per sample and head. qkv is (batch·tokens, 3·heads·dim), packed q | k | v with heads
// contiguous; y is (batch·tokens, heads·dim). One query per invocation: largest score first, then the weighted sum. Any
// dim up to 128; its loops stay loops, so that it compiles fast everywhere.
struct Args { batch: u32, tokens: u32, heads: u32, scale: f32, d4: u32 } // d4: head dimension / 4

@group(0) @binding(0) var<storage, read>       qkv:  array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y:    array<vec4f>;
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn attention(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  if (i >= args.batch * args.heads * args.tokens) { return; }
  let token = i % args.tokens;
  let head = (i / args.tokens) % args.heads;
  let sample = i / (args.tokens * args.heads);
  let width = args.heads * args.d4;
  let q_at = (sample * args.tokens + token) * 3u * width + head * args.d4;
  let k_at = sample * args.tokens * 3u * width + width + head * args.d4;

  var m = -3.4e38;
  for (var j = 0u; j < args.tokens; j++) {
    var s = 0.0;
    for (var d = 0u; d < args.d4; d++) { s += dot(qkv[q_at + d], qkv[k_at + j * 3u * width + d]); }
    m = max(m, args.scale * s);
  }
  var z = 0.0;
  var acc = array<vec4f, 32>();
  for (var j = 0u; j < args.tokens; j++) {
    let p = k_at + j * 3u * width;
    var s = 0.0;
    for (var d = 0u; d < args.d4; d++) { s += dot(qkv[q_at + d], qkv[p + d]); }
    let e = exp(args.scale * s - m);
    z += e;
    for (var d = 0u; d < args.d4; d++) { acc[d] += e * qkv[p + width + d]; }
  }
  for (var d = 0u; d < args.d4; d++) { y[(sample * args.tokens + token) * width + head * args.d4 + d] = acc[d] / z; }
}
