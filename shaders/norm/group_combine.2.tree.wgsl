// uses: lib/group_combine.wgsl
// As group_combine.1.lanes, a workgroup a group: 64 invocations share the sums and the channels.
const WG = 64u;
var<workgroup> parts: array<f32, WG>;

fn total(t: u32, v: f32) -> f32 {
  parts[t] = v;
  for (var s = WG / 2u; s > 0u; s /= 2u) {
    workgroupBarrier();
    if (t < s) { parts[t] += parts[t + s]; }
  }
  workgroupBarrier();
  let sum = parts[0];
  workgroupBarrier();
  return sum;
}

@compute @workgroup_size(WG)
fn group_combine(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = wg.x + wg.y * groups.x;
  if (i >= args.samples * args.groups) { return; }
  let sample = i / args.groups;
  let wide = (args.c0 + args.c1) / args.groups;
  let first = (i % args.groups) * wide;
  let terms = wide * args.slabs;

  var sum = 0.0;
  for (var t = lane; t < terms; t += WG) {
    sum += weight(t % args.slabs) * part(sample, first + t / args.slabs, t % args.slabs).x;
  }
  let mean = total(lane, sum) / f32(wide * args.pixels);
  var squares = 0.0;
  for (var t = lane; t < terms; t += WG) {
    let s = part(sample, first + t / args.slabs, t % args.slabs);
    squares += s.y + weight(t % args.slabs) * (s.x - mean) * (s.x - mean);
  }
  let inverse = 1.0 / sqrt(total(lane, squares) / f32(wide * args.pixels) + args.eps);
  for (var c = first + lane; c < first + wide; c += WG) { store(sample, c, mean, inverse); }
}
