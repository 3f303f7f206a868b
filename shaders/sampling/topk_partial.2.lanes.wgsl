// As topk_partial.1.workgroup, for software adapters: one chunk of per_chunk logits (a multiple of 32) per invocation,
// no workgroup memory.
struct Args { rows: u32, vocab: u32, per_chunk: u32 }

@group(0) @binding(0) var<storage, read>       logits: array<f32>;   // (rows, vocab)
// (rows, 2): temperature, k, top-p, min-p; random bits
@group(0) @binding(1) var<storage, read>       params: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> stats:  array<vec4f>; // (rows, chunks)
@group(0) @binding(3) var<storage, read_write> blocks: array<f32>;   // (rows, vocab / 32 rounded up)
@group(0) @binding(4) var<uniform>             args:   Args;

const WG = 4u;
const LOWEST = -3.4e38;

@compute @workgroup_size(WG)
fn topk_partial(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let chunks = (args.vocab + args.per_chunk - 1u) / args.per_chunk;
  let i = id.x + id.y * groups.x * WG;
  if (i >= args.rows * chunks) { return; }
  let row = i / chunks;
  let first = (i % chunks) * args.per_chunk;
  let end = min(first + args.per_chunk, args.vocab);
  let at = row * args.vocab;
  let temperature = bitcast<f32>(params[2u * row].x);
  let block_at = row * ((args.vocab + 31u) / 32u);

  var top = LOWEST;
  for (var b = first; b < end; b += 32u) {
    var largest = LOWEST;
    for (var c = b; c < min(b + 32u, end); c++) {
      let v = logits[at + c];
      if (v > largest) { largest = v; }
    }
    blocks[block_at + b / 32u] = largest;
    top = max(top, largest);
  }
  var sum = 0.0;
  var weighted = 0.0;
  var tempered = 0.0;
  for (var c = first; c < end; c++) {
    let d = max(logits[at + c] - top, -1e30);
    let e = exp(d);
    sum += e;
    if (e > 0.0) { weighted += d * e; }
    if (temperature > 0.0 && temperature != 1.0) { tempered += exp(max(d / temperature, -87.0)); }
  }
  stats[i] = vec4f(top, sum, weighted, select(tempered, sum, temperature == 1.0));
}
