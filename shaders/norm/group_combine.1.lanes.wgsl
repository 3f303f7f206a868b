// uses: lib/group_combine.wgsl
// Second pass of GroupNorm: a and b of a·x + b for every channel, from the sums of one picture or of two side by side.
// An invocation a group.
const WG = 16u;

@compute @workgroup_size(WG)
fn group_combine(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  if (i >= args.samples * args.groups) { return; }
  let sample = i / args.groups;
  let wide = (args.c0 + args.c1) / args.groups;
  let first = (i % args.groups) * wide;
  let terms = wide * args.slabs;

  var sum = 0.0;
  for (var t = 0u; t < terms; t++) {
    sum += weight(t % args.slabs) * part(sample, first + t / args.slabs, t % args.slabs).x;
  }
  let mean = sum / f32(wide * args.pixels);
  var squares = 0.0;
  for (var t = 0u; t < terms; t++) {
    let s = part(sample, first + t / args.slabs, t % args.slabs);
    squares += s.y + weight(t % args.slabs) * (s.x - mean) * (s.x - mean);
  }
  let inverse = 1.0 / sqrt(squares / f32(wide * args.pixels) + args.eps);
  for (var c = first; c < first + wide; c++) { store(sample, c, mean, inverse); }
}
