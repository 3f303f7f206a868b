// y[r] = Σ_j weights[r, j]·outputs[r, j], the experts of a token in the order of their weights, and, SHARED, what all
// tokens go through times its gate: + σ(gate[r])·shared[r] (Qwen2-MoE, https://arxiv.org/abs/2407.10671). Each output
// gathers its own terms, so their order is always the same. Four numbers an invocation.
const SHARED = false;
struct Args { rows: u32, quads: u32, used: u32 }

@group(0) @binding(0) var<storage, read>       outputs: array<vec4f>; // (rows, used, width / 4)
@group(0) @binding(1) var<storage, read>       weights: array<f32>;   // (rows, used)
@group(0) @binding(2) var<storage, read>       shared_output: array<vec4f>; // (rows, width / 4)
@group(0) @binding(3) var<storage, read>       gate:    array<f32>;   // (rows)
@group(0) @binding(4) var<storage, read_write> y:       array<vec4f>; // (rows, width / 4)
@group(0) @binding(5) var<uniform>             args:    Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn combine_experts(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let r = i / args.quads;
  if (r >= args.rows) { return; }
  let c = i % args.quads;
  var sum = vec4f(0.0);
  for (var j = 0u; j < args.used; j++) {
    let slot = r * args.used + j;
    sum += weights[slot] * outputs[slot * args.quads + c];
  }
  if (SHARED) {
    let g = gate[r];
    let e = exp(-abs(g));
    sum += select(1.0, e, g < 0.0) / (1.0 + e) * shared_output[i];
  }
  y[i] = sum;
}
