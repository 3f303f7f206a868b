// First of two dispatches that draw a token. Of every chunk of per_chunk logits: max, Σe^(x−max), Σ(x−max)·e^(x−max)
// (for the entropy) and Σe^((x−max)/temperature); of every block of 32 logits its largest. The k blocks with the
// largest maxima (ties: lower block first) contain the k largest logits (ties: lower index first), because each of them
// brings a logit at least as large as any outside. One workgroup per chunk of 2048.
struct Args { rows: u32, vocab: u32, per_chunk: u32 } // per_chunk = CHUNK here

@group(0) @binding(0) var<storage, read>       logits: array<f32>;   // (rows, vocab)
// (rows, 2): temperature, k, top-p, min-p; random bits
@group(0) @binding(1) var<storage, read>       params: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> stats:  array<vec4f>; // (rows, chunks)
@group(0) @binding(3) var<storage, read_write> blocks: array<f32>;   // (rows, vocab / 32 rounded up)
@group(0) @binding(4) var<uniform>             args:   Args;

const WG = 128u;
const CHUNK = 2048u;
const LOWEST = -3.4e38;
var<workgroup> tile: array<f32, CHUNK>;
var<workgroup> part: array<vec4f, WG>;

@compute @workgroup_size(WG)
fn topk_partial(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let chunks = (args.vocab + CHUNK - 1u) / CHUNK;
  let i = wg.x + wg.y * groups.x;
  if (i >= args.rows * chunks) { return; }
  let row = i / chunks;
  let first = (i % chunks) * CHUNK;
  let count = min(CHUNK, args.vocab - first);
  let temperature = bitcast<f32>(params[2u * row].x);

  for (var c = t; c < CHUNK; c += WG) {
    var v = LOWEST;
    if (c < count) { v = logits[row * args.vocab + first + c]; }
    tile[c] = v;
  }
  workgroupBarrier();
  var top = LOWEST;
  if (t < CHUNK / 32u) {
    // Invocations start at different places of their blocks, so that they use different banks.
    for (var c = 0u; c < 32u; c++) { top = max(top, tile[t * 32u + (c + t) % 32u]); }
    if (t * 32u < count) { blocks[row * ((args.vocab + 31u) / 32u) + first / 32u + t] = top; }
  }
  part[t] = vec4f(top);
  for (var s = WG / 2u; s > 0u; s /= 2u) {
    workgroupBarrier();
    if (t < s) { part[t] = max(part[t], part[t + s]); }
  }
  workgroupBarrier();
  top = part[0].x;
  workgroupBarrier();

  var sums = vec4f(0.0);
  for (var c = t; c < count; c += WG) {
    let d = max(tile[c] - top, -1e30);
    let e = exp(d);
    sums += vec4f(
      0.0,
      e,
      select(0.0, d * e, e > 0.0),
      select(0.0, exp(max(d / temperature, -87.0)), temperature > 0.0),
    );
  }
  part[t] = sums;
  for (var s = WG / 2u; s > 0u; s /= 2u) {
    workgroupBarrier();
    if (t < s) { part[t] += part[t + s]; }
  }
  if (t == 0u) { stats[i] = vec4f(top, part[0].yzw); }
}
