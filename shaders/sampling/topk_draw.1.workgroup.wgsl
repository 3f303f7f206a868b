// uses: lib/draw.wgsl
// Second of two dispatches that draw a token: the largest logits in order (ties: lower index first), then the draw. One
// workgroup per row. Radix selection by histograms of eight bits (as in Alabi et al. 2012) finds the k best blocks,
// then the k best of their logits; a bitonic sort orders them.

@group(0) @binding(0) var<storage, read>       logits:     array<f32>;   // (rows, vocab)
// (rows, 2): temperature, k, top-p, min-p; random bits
@group(0) @binding(1) var<storage, read>       params:     array<vec4u>;
@group(0) @binding(2) var<storage, read>       stats:      array<vec4f>; // (rows, chunks)
@group(0) @binding(3) var<storage, read>       blocks:     array<f32>;   // (rows, vocab / 32 rounded up)
// (rows, candidates): logit and token, the largest first
@group(0) @binding(4) var<storage, read_write> candidates: array<vec2u>;
@group(0) @binding(5) var<storage, read_write> out:        array<u32>;   // (rows, 12)
@group(0) @binding(6) var<uniform>             args:       Args;

const WG = 128u; // = most candidates
const LOWEST = -3.4e38;
var<workgroup> histogram: array<atomic<u32>, 256>;
var<workgroup> chosen_blocks: array<u32, WG>;
var<workgroup> sorted: array<vec2u, WG>; // order of the value, index
var<workgroup> filled: atomic<u32>;
var<workgroup> digit: vec2u;             // the digit of the last one taken, and how many are still to be taken at it
var<workgroup> part: array<vec4f, WG>;

// Larger for larger numbers; −0 is 0.
fn order_of(v: f32) -> u32 {
  let bits = bitcast<u32>(select(v, 0.0, v == 0.0));
  return select(bits | 0x80000000u, ~bits, (bits >> 31u) == 1u);
}

struct Item { order: u32, index: u32, there: bool }

// Item i of a block list, or of the logits of the chosen blocks.
fn item(row: u32, i: u32, of_blocks: bool) -> Item {
  if (of_blocks) { return Item(order_of(blocks[row * blocks_of(args.vocab) + i]), i, true); }
  let index = chosen_blocks[i / 32u] * 32u + i % 32u;
  let there = index < args.vocab;
  return Item(order_of(logits[row * args.vocab + min(index, args.vocab - 1u)]), index, there);
}

// The `want` first of `count` items into `sorted`, in any order.
fn select_first(t: u32, row: u32, count: u32, want: u32, of_blocks: bool) {
  // Digits from the top: four of the order, then four of the inverted index, which tells equal ones apart.
  var prefix = vec2u(0u);
  var mask = vec2u(0u);
  var left = want;
  for (var pass_ = 0u; pass_ < 8u; pass_++) {
    let word = pass_ / 4u;
    let shift = 24u - 8u * (pass_ % 4u);
    for (var b = t; b < 256u; b += WG) { atomicStore(&histogram[b], 0u); }
    workgroupBarrier();
    for (var i = t; i < count; i += WG) {
      let it = item(row, i, of_blocks);
      let key = vec2u(it.order, ~it.index);
      if (it.there && all((key & mask) == prefix)) { atomicAdd(&histogram[(key[word] >> shift) & 255u], 1u); }
    }
    workgroupBarrier();
    if (t == 0u) {
      var rest = left;
      var b = 255u;
      while (b > 0u && atomicLoad(&histogram[b]) < rest) {
        rest -= atomicLoad(&histogram[b]);
        b--;
      }
      digit = vec2u(b, rest);
    }
    let found = workgroupUniformLoad(&digit);
    left = found.y;
    prefix[word] |= found.x << shift;
    mask[word] |= 255u << shift;
  }
  if (t == 0u) { atomicStore(&filled, 0u); }
  workgroupBarrier();
  for (var i = t; i < count; i += WG) {
    let it = item(row, i, of_blocks);
    if (it.there && (it.order > prefix.x || (it.order == prefix.x && ~it.index >= prefix.y))) {
      sorted[atomicAdd(&filled, 1u)] = vec2u(it.order, it.index);
    }
  }
  workgroupBarrier();
}

@compute @workgroup_size(WG)
fn topk_draw(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let row = wg.x + wg.y * groups.x;
  if (row >= args.rows) { return; }
  let count = min(args.candidates, args.vocab);
  let block_count = blocks_of(args.vocab);
  let taken = min(count, block_count);

  select_first(t, row, block_count, taken, true);
  if (t < taken) { chosen_blocks[t] = sorted[t].y; }
  workgroupBarrier();
  select_first(t, row, taken * 32u, count, false);
  if (t >= count) { sorted[t] = vec2u(0u, 0xffffffffu); }
  for (var size = 2u; size <= WG; size *= 2u) {
    for (var stride = size / 2u; stride > 0u; stride /= 2u) {
      workgroupBarrier();
      let other = t ^ stride;
      let a = sorted[t];
      let b = sorted[other];
      workgroupBarrier();
      let before = b.x > a.x || (b.x == a.x && b.y < a.y); // b belongs before a
      let forward = (t & size) == 0u;
      if (before == ((t < other) == forward)) { sorted[t] = b; }
    }
  }
  workgroupBarrier();
  if (t < count) {
    let index = sorted[t].y;
    candidates[row * args.candidates + t] = vec2u(bitcast<u32>(logits[row * args.vocab + index]), index);
  }

  let temperature = bitcast<f32>(params[2u * row].x);
  let mine = merge_stats(row, t, WG, temperature);
  part[t] = vec4f(mine.top, mine.sum, mine.weighted, mine.tempered);
  for (var s = WG / 2u; s > 0u; s /= 2u) {
    workgroupBarrier();
    if (t < s) {
      let a = part[t];
      let b = part[t + s];
      let both = join_stats(Stats(a.x, a.y, a.z, a.w), Stats(b.x, b.y, b.z, b.w), temperature);
      part[t] = vec4f(both.top, both.sum, both.weighted, both.tempered);
    }
  }
  storageBarrier();
  workgroupBarrier();
  if (t == 0u) { draw(row, Stats(part[0].x, part[0].y, part[0].z, part[0].w)); }
}
