// arena[out] = D(x; σ), the exact denoiser of a Gaussian mixture in the plane:
// Σ r_k(x)·(σ²μ_k + s_k²x)/(s_k² + σ²), r_k ∝ w_k/(s_k² + σ²)·exp(−|x − μ_k|²/2(s_k² + σ²)), by log-sum-exp. One
// invocation per sample.
struct Args { samples: u32, components: u32, at: u32, out: u32, sigma: f32 }

@group(0) @binding(0) var<storage, read_write> arena:   array<f32>;
@group(0) @binding(1) var<storage, read>       mixture: array<vec4f>; // (ln w, μ_x, μ_y, s) per component
@group(0) @binding(2) var<uniform>             args:    Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn mixture_denoiser(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  if (i >= args.samples) { return; }
  let x = vec2f(arena[args.at + 2u * i], arena[args.at + 2u * i + 1u]);
  let noise = args.sigma * args.sigma;

  var m = -3.4e38;
  var z = 0.0;
  var sum = vec2f(0.0);
  for (var k = 0u; k < args.components; k++) {
    let c = mixture[k];
    let own = c.w * c.w;
    let v = own + noise;
    let d = x - c.yz;
    let l = c.x - log(v) - 0.5 * dot(d, d) / v;
    let top = max(m, l);
    let shrink = exp(m - top);
    let r = exp(l - top);
    m = top;
    z = z * shrink + r;
    sum = sum * shrink + r * ((noise * c.yz + own * x) / v);
  }
  let y = sum / z;
  arena[args.out + 2u * i] = y.x;
  arena[args.out + 2u * i + 1u] = y.y;
}
