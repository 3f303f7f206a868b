// uses: lib/philox.wgsl lib/trig.wgsl
// arena[out + sample·dim + e] = Σ wᵢ·z(seed, sample, drawᵢ, e): a weighted sum of keyed normals into a register
// of shape (samples, dim). One invocation per four elements of a sample; dim need not be a multiple of 4.
struct Args {
  seed: u32, first_sample: u32, samples: u32, dim: u32,
  out: u32, draw_count: u32,
  draws: array<vec4u, 32>, // two (weight bits, draw) each
}

@group(0) @binding(0) var<storage, read_write> arena: array<f32>;
@group(0) @binding(1) var<uniform>             args:  Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn philox_normal(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let quads = (args.dim + 3u) / 4u;
  let i = id.x + id.y * groups.x * WG;
  let sample = i / quads;
  if (sample >= args.samples) { return; }
  let quad = i % quads;

  var z = vec4f(0.0);
  for (var d = 0u; d < args.draw_count; d++) {
    let pair = args.draws[d / 2u];
    let draw = select(pair.xy, pair.zw, (d & 1u) == 1u);
    z += bitcast<f32>(draw.x) * normal4(args.seed, args.first_sample + sample, draw.y, quad);
  }

  let e = quad * 4u;
  let at = args.out + sample * args.dim + e;
  arena[at] = z.x;
  if (e + 1u < args.dim) { arena[at + 1u] = z.y; }
  if (e + 2u < args.dim) { arena[at + 2u] = z.z; }
  if (e + 3u < args.dim) { arena[at + 3u] = z.w; }
}
