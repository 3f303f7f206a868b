// arena[out] = dynamic thresholding of register a, each sample by itself; kinds as in math/guide.ts:
//   threshold (about = 0)  s = max(limit, quantile of |a|): clip(a, ± s)·limit/s
//   mimic     (about = 1)  the same of a about its mean, with max |b − mean(b)| as the limit
// The quantile lies between two order statistics. They are found bit by bit: floats of one sign rise as their bits do,
// so 31 counts of how many numbers lie below a candidate give the exact one, whatever the numbers.
struct Args {
  samples: u32, dim: u32, lanes: u32, about: u32,
  a: u32, b: u32, out: u32, rank: u32, // rank: numbers below the lower order statistic
  fraction: f32, limit: f32,           // of the way to the next one
}

@group(0) @binding(0) var<storage, read_write> arena: array<f32>;
@group(0) @binding(1) var<uniform>             args:  Args;

const WG = 256u;
const BLOCK = 32u;
var<workgroup> sumParts: array<vec2f, WG>;
var<workgroup> counts:   array<u32, WG>;

fn total(lane: u32, sub: u32, v: vec2f) -> vec2f {
  sumParts[lane] = v;
  for (var s = args.lanes / 2u; s > 0u; s /= 2u) {
    workgroupBarrier();
    if (sub < s) { sumParts[lane] += sumParts[lane + s]; }
  }
  workgroupBarrier();
  let sum = sumParts[lane - sub];
  workgroupBarrier();
  return sum;
}
fn most(lane: u32, sub: u32, v: f32) -> f32 {
  sumParts[lane] = vec2f(v, 0.0);
  for (var s = args.lanes / 2u; s > 0u; s /= 2u) {
    workgroupBarrier();
    if (sub < s) { sumParts[lane] = max(sumParts[lane], sumParts[lane + s]); }
  }
  workgroupBarrier();
  let top = sumParts[lane - sub].x;
  workgroupBarrier();
  return top;
}
fn count(lane: u32, sub: u32, v: u32) -> u32 {
  counts[lane] = v;
  for (var s = args.lanes / 2u; s > 0u; s /= 2u) {
    workgroupBarrier();
    if (sub < s) { counts[lane] += counts[lane + s]; }
  }
  workgroupBarrier();
  let sum = counts[lane - sub];
  workgroupBarrier();
  return sum;
}

// Means of a and b, summed as differences to their first numbers.
fn means(lane: u32, sub: u32, at: vec2u) -> vec2f {
  let first = vec2f(arena[at.x], arena[at.y]);
  var sum = vec2f();
  for (var begin = sub; begin < args.dim; begin += BLOCK * args.lanes) {
    var part = vec2f();
    for (var e = begin; e < min(args.dim, begin + BLOCK * args.lanes); e += args.lanes) {
      part += vec2f(arena[at.x + e], arena[at.y + e]) - first;
    }
    sum += part;
  }
  return first + total(lane, sub, sum) / f32(args.dim);
}

// How many of a sample's |a − mean| have bits below `bits`.
fn below(lane: u32, sub: u32, at: u32, mean: f32, bits: u32) -> u32 {
  var n = 0u;
  for (var e = sub; e < args.dim; e += args.lanes) {
    n += select(0u, 1u, bitcast<u32>(abs(arena[at + e] - mean)) < bits);
  }
  return count(lane, sub, n);
}

@compute @workgroup_size(WG)
fn guide_threshold(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let sub = lane % args.lanes;
  let wanted = (wg.x + wg.y * groups.x) * (WG / args.lanes) + lane / args.lanes;
  // All lanes go through every barrier; what is past the end reads the last sample and writes nothing.
  let sample = min(wanted, args.samples - 1u);
  let at = vec2u(args.a, args.b) + sample * args.dim;

  var mean = 0.0;
  var limit = args.limit;
  if (args.about != 0u) {
    let both = means(lane, sub, at);
    mean = both.x;
    var top = 0.0;
    for (var e = sub; e < args.dim; e += args.lanes) { top = max(top, abs(arena[at.y + e] - both.y)); }
    limit = most(lane, sub, top);
  }

  // The largest bits below which at most `rank` numbers lie: those of the order statistic.
  var low = 0u;
  for (var bit = 31u; bit > 0u; bit--) {
    let tried = low | (1u << (bit - 1u));
    if (below(lane, sub, at.x, mean, tried) <= args.rank) { low = tried; }
  }
  // The next one: the same where several are alike, else the least above.
  let upTo = below(lane, sub, at.x, mean, low + 1u);
  var next = 3.4e38;
  for (var e = sub; e < args.dim; e += args.lanes) {
    let v = abs(arena[at.x + e] - mean);
    if (bitcast<u32>(v) > low) { next = min(next, v); }
  }
  let above = -most(lane, sub, -next);
  let lower = bitcast<f32>(low);
  let upper = select(above, lower, upTo > args.rank + 1u || upTo == args.dim);
  let s = max(limit, lower + args.fraction * (upper - lower));

  if (wanted >= args.samples) { return; }
  let scale = select(1.0, limit / s, s > 0.0);
  for (var e = sub; e < args.dim; e += args.lanes) {
    arena[args.out + sample * args.dim + e] = mean + clamp(arena[at.x + e] - mean, -s, s) * scale;
  }
}
