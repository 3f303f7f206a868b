// factors[s] = 1 + φ·(std(said)/std(guided) − 1), guided = u + weight·(c − u), over all channels and pixels of sample
// s: what a guided prediction is multiplied by, https://arxiv.org/abs/2305.08891 eq. 15 and 16; 1 where it is constant.
// Tokens as unpatchify reads them: `said` of all samples, then `free`. A workgroup a sample. Sums are of differences to
// the sample's first number, deviations are taken about their mean in a second pass: small beside large means survive.
struct Args {
  samples: u32, tokens: u32, pixels: u32, channels: u32, // tokens of a sample, pixels of a token
  row: u32, pixel: u32, weight: f32, rescale: f32,       // strides of tokens and of their pixels
}

@group(0) @binding(0) var<storage, read>       tokens:  array<f32>;
@group(0) @binding(1) var<storage, read_write> factors: array<f32>; // (samples)
@group(0) @binding(2) var<uniform>             args:    Args;

const WG = 256u;
// Blocks are added up first: one long sum would round thousands of times at its full size.
const BLOCK = 32u;
var<workgroup> parts: array<vec2f, WG>;

fn total(lane: u32, v: vec2f) -> vec2f {
  parts[lane] = v;
  for (var s = WG / 2u; s > 0u; s /= 2u) {
    workgroupBarrier();
    if (lane < s) { parts[lane] += parts[lane + s]; }
  }
  workgroupBarrier();
  let sum = parts[0];
  workgroupBarrier();
  return sum;
}

// Number e of a sample, as it was said and as it is guided.
fn pair(sample: u32, e: u32) -> vec2f {
  let inside = args.pixels * args.channels;
  let token = sample * args.tokens + e / inside;
  let f = e % inside;
  let at = token * args.row + (f / args.channels) * args.pixel + f % args.channels;
  let c = tokens[at];
  let u = tokens[at + args.samples * args.tokens * args.row];
  return vec2f(c, u + args.weight * (c - u));
}

@compute @workgroup_size(WG)
fn guidance_rescale(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let sample = wg.x + wg.y * groups.x;
  if (sample >= args.samples) { return; }
  let count = args.tokens * args.pixels * args.channels;
  let about = pair(sample, 0u);
  var sum = vec2f();
  for (var begin = lane; begin < count; begin += BLOCK * WG) {
    var part = vec2f();
    for (var e = begin; e < min(count, begin + BLOCK * WG); e += WG) { part += pair(sample, e) - about; }
    sum += part;
  }
  let mean = total(lane, sum) / f32(count);
  sum = vec2f();
  for (var begin = lane; begin < count; begin += BLOCK * WG) {
    var part = vec2f();
    for (var e = begin; e < min(count, begin + BLOCK * WG); e += WG) {
      let d = pair(sample, e) - about - mean;
      part += d * d;
    }
    sum += part;
  }
  let squares = total(lane, sum);
  if (lane == 0u) {
    var factor = 1.0;
    if (squares.y > 0.0) { factor = 1.0 + args.rescale * (sqrt(squares.x / squares.y) - 1.0); }
    factors[sample] = factor;
  }
}
