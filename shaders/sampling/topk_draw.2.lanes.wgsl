// uses: lib/draw.wgsl
// As topk_draw.1.workgroup, for software adapters: one row per invocation. A heap in `candidates`, the worst on top,
// first of the blocks, then of the logits of the blocks it kept; then heap sort.

@group(0) @binding(0) var<storage, read>       logits:     array<f32>;   // (rows, vocab)
// (rows, 2): temperature, k, top-p, min-p; random bits
@group(0) @binding(1) var<storage, read>       params:     array<vec4u>;
@group(0) @binding(2) var<storage, read>       stats:      array<vec4f>; // (rows, chunks)
@group(0) @binding(3) var<storage, read>       blocks:     array<f32>;   // (rows, vocab / 32 rounded up)
// (rows, candidates): logit and token, the largest first
@group(0) @binding(4) var<storage, read_write> candidates: array<vec2u>;
@group(0) @binding(5) var<storage, read_write> out:        array<u32>;   // (rows, 12)
@group(0) @binding(6) var<uniform>             args:       Args;

const WG = 1u;

// Does a come after b: smaller, or as large and further on?
fn worse(a: vec2u, b: vec2u) -> bool {
  let x = bitcast<f32>(a.x);
  let y = bitcast<f32>(b.x);
  return x < y || (x == y && a.y > b.y);
}

// Put `item` at the top of the heap of `size` at `at`, and let it sink.
fn sink(at: u32, size: u32, item: vec2u) {
  var i = 0u;
  while (2u * i + 1u < size) {
    var child = 2u * i + 1u;
    var next = candidates[at + child];
    if (child + 1u < size) {
      let other = candidates[at + child + 1u];
      if (worse(other, next)) {
        child++;
        next = other;
      }
    }
    if (!worse(next, item)) { break; }
    candidates[at + i] = next;
    i = child;
  }
  candidates[at + i] = item;
}

// Append to a heap of `size`, and let it rise.
fn rise(at: u32, size: u32, item: vec2u) {
  var i = size;
  while (i > 0u) {
    let parent = candidates[at + (i - 1u) / 2u];
    if (!worse(item, parent)) { break; }
    candidates[at + i] = parent;
    i = (i - 1u) / 2u;
  }
  candidates[at + i] = item;
}

@compute @workgroup_size(WG)
fn topk_draw(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.x + id.y * groups.x * WG;
  if (row >= args.rows) { return; }
  let at = row * args.candidates;
  let count = min(args.candidates, args.vocab);
  let block_count = blocks_of(args.vocab);
  let block_at = row * block_count;
  let chosen = min(count, block_count);

  for (var b = 0u; b < block_count; b++) {
    let item = vec2u(bitcast<u32>(blocks[block_at + b]), b);
    if (b < chosen) { rise(at, b, item); } else if (worse(candidates[at], item)) { sink(at, chosen, item); }
  }
  let worst_block = candidates[at];
  var size = 0u;
  for (var b = 0u; b < block_count; b++) {
    let block = vec2u(bitcast<u32>(blocks[block_at + b]), b);
    if (worse(block, worst_block)) { continue; }
    for (var c = 32u * b; c < min(32u * b + 32u, args.vocab); c++) {
      let item = vec2u(bitcast<u32>(logits[row * args.vocab + c]), c);
      if (size < count) {
        rise(at, size, item);
        size++;
      } else if (worse(candidates[at], item)) {
        sink(at, count, item);
      }
    }
  }
  for (var n = count; n > 1u; n--) {
    let worst = candidates[at];
    sink(at, n - 1u, candidates[at + n - 1u]);
    candidates[at + n - 1u] = worst;
  }
  draw(row, merge_stats(row, 0u, 1u, bitcast<f32>(params[2u * row].x)));
}
