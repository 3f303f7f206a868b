// uses: lib/group.wgsl
// The second half of a GroupNorm, for real GPUs: from the sums of slabs and channels to a and b of each sample and
// channel. A workgroup a group, sums in workgroup memory. The mean first, then squares about it, which is Chan's merge
// of all parts at once.
@group(0) @binding(0) var<storage, read>       sums:     array<f32>;
@group(0) @binding(1) var<storage, read>       gamma:    array<f32>;
@group(0) @binding(2) var<storage, read>       beta:     array<f32>;
@group(0) @binding(3) var<storage, read>       mod_rows: array<f32>;
@group(0) @binding(4) var<storage, read_write> norm:     array<f32>; // (samples, 2, channels)
@group(0) @binding(5) var<uniform>             args:     GroupArgs;

const WG = 64u;
var<workgroup> part: array<vec2f, WG>;

// The sum of all invocations' numbers.
fn total(t: u32, own: vec2f) -> vec2f {
  part[t] = own;
  workgroupBarrier();
  for (var half = WG / 2u; half > 0u; half /= 2u) {
    if (t < half) { part[t] += part[t + half]; }
    workgroupBarrier();
  }
  let sum = part[0];
  workgroupBarrier();
  return sum;
}

@compute @workgroup_size(WG)
fn group_combine(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) t: u32) {
  let group = wg.x;
  let sample = wg.y;
  let each = args.channels / args.groups;
  let parts = each * args.slabs;
  let about = sums_at(sample, group, 0u).mean;
  var own = vec2f(0.0);
  for (var i = t; i < parts; i += WG) {
    let s = sums_at(sample, group, i);
    own += vec2f(s.count, s.count * (s.mean - about));
  }
  let first = total(t, own);
  let mean = about + first.y / first.x;
  own = vec2f(0.0);
  for (var i = t; i < parts; i += WG) {
    let s = sums_at(sample, group, i);
    own.x += s.squares + s.count * (s.mean - mean) * (s.mean - mean);
  }
  let variance = total(t, own).x / first.x;
  for (var c = t; c < each; c += WG) { put_channel(sample, group * each + c, mean, variance); }
}
