// uses: lib/group.wgsl
// As group_combine.1.tree, for software adapters: an invocation a group, no workgroup memory.
@group(0) @binding(0) var<storage, read>       sums:     array<f32>;
@group(0) @binding(1) var<storage, read>       gamma:    array<f32>;
@group(0) @binding(2) var<storage, read>       beta:     array<f32>;
@group(0) @binding(3) var<storage, read>       mod_rows: array<f32>;
@group(0) @binding(4) var<storage, read_write> norm:     array<f32>; // (samples, 2, channels)
@group(0) @binding(5) var<uniform>             args:     GroupArgs;

const WG = 8u;

@compute @workgroup_size(WG)
fn group_combine(@builtin(global_invocation_id) id: vec3u) {
  let group = id.x % args.groups;
  let sample = id.x / args.groups;
  if (sample >= args.samples) { return; }
  let each = args.channels / args.groups;
  let parts = each * args.slabs;
  let about = sums_at(sample, group, 0u).mean;
  var count = 0.0;
  var sum = 0.0;
  for (var i = 0u; i < parts; i++) {
    let s = sums_at(sample, group, i);
    count += s.count;
    sum += s.count * (s.mean - about);
  }
  let mean = about + sum / count;
  var squares = 0.0;
  for (var i = 0u; i < parts; i++) {
    let s = sums_at(sample, group, i);
    squares += s.squares + s.count * (s.mean - mean) * (s.mean - mean);
  }
  for (var c = 0u; c < each; c++) { put_channel(sample, group * each + c, mean, squares / count); }
}
