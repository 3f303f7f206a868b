// Which experts a token goes to, and with which weights: the k largest of its router's logits, of equal ones the first,
// and their softmax among all experts or, NORMALISED, among the chosen (Shazeer et al. 2017; Jiang et al. 2024, eq. 2).
// Softmax then top-k then division by the sum is the same as softmax over the chosen. A workgroup a token.
const NORMALISED = true;
struct Args { rows: u32, experts: u32, used: u32 }

@group(0) @binding(0) var<storage, read>       logits:  array<f32>; // (rows, experts)
@group(0) @binding(1) var<storage, read_write> chosen:  array<u32>; // (rows, used), the largest first
@group(0) @binding(2) var<storage, read_write> weights: array<f32>; // (rows, used)
@group(0) @binding(3) var<uniform>             args:    Args;

const WG = 64u;
const MOST = 512u;
var<workgroup> keys: array<u32, MOST>;
var<workgroup> best: array<vec2u, WG>;
var<workgroup> part: array<f32, WG>;

// Ascending with the number, never 0, both zeros alike. What is no number is above all others: it then spoils the
// weights, and whoever reads the logits of the model sees it.
fn key_of(v: f32) -> u32 {
  let word = bitcast<u32>(v);
  if ((word & 0x7fffffffu) > 0x7f800000u) { return 0xffffffffu; }
  if (word == 0x80000000u) { return 0x80000000u; }
  return select(word | 0x80000000u, ~word, word >= 0x80000000u);
}

@compute @workgroup_size(WG)
fn route_experts(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let row = wg.x + wg.y * groups.x;
  if (row >= args.rows) { return; }
  let at = row * args.experts;
  let to = row * args.used;
  for (var e = t; e < args.experts; e += WG) { keys[e] = key_of(logits[at + e]); }
  var largest = 0.0;
  var sum = 0.0;
  for (var j = 0u; j < args.used; j++) {
    workgroupBarrier();
    var own = vec2u(0u, 0u);
    for (var e = t; e < args.experts; e += WG) { if (keys[e] > own.x) { own = vec2u(keys[e], e); } }
    best[t] = own;
    for (var s = WG / 2u; s > 0u; s /= 2u) {
      workgroupBarrier();
      if (t < s) {
        let other = best[t + s];
        if (other.x > best[t].x || (other.x == best[t].x && other.y < best[t].y)) { best[t] = other; }
      }
    }
    workgroupBarrier();
    let e = best[0].y;
    let logit = logits[at + e];
    if (j == 0u) { largest = logit; }
    if (NORMALISED) { sum += exp(logit - largest); }
    if (t == 0u) {
      keys[e] = 0u;
      chosen[to + j] = e;
      weights[to + j] = exp(logit - largest);
    }
  }
  if (!NORMALISED) {
    var own = 0.0;
    for (var e = t; e < args.experts; e += WG) { own += exp(logits[at + e] - largest); }
    part[t] = own;
    for (var s = WG / 2u; s > 0u; s /= 2u) {
      workgroupBarrier();
      if (t < s) { part[t] += part[t + s]; }
    }
    workgroupBarrier();
    sum = part[0];
  }
  if (t == 0u) { for (var j = 0u; j < args.used; j++) { weights[to + j] /= sum; } }
}
