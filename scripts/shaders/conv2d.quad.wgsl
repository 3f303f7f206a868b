// uses: lib/pairs.f16.wgsl lib/picture.wgsl lib/conv.wgsl
// As conv2d.1.naive, for software adapters with subgroups of any size: the matrix product of matmul.5.quad (12 pixels ×
// 8 outputs per invocation, 24×16 per quad, two channels a round) with a loop over the taps around it. The picture lies
// within a border of zeros (conv_prepare), so a tap is an offset, and nothing is masked.
// Written by scripts/shaders/generate.mjs from conv2d.quad.wgsl there: change that.
enable subgroups;
diagnostic(off, subgroup_uniformity);

@group(0) @binding(2) var<storage, read>       x:        array<f32>;
@group(0) @binding(3) var<storage, read>       bias:     array<f32>;
@group(0) @binding(4) var<storage, read>       residual: array<f32>;
@group(0) @binding(5) var<storage, read_write> y:        array<f32>;
@group(0) @binding(6) var<uniform>             args:     ConvArgs;

const WG = 32u;

// Where the first tap reads a pixel, past the last one that again.
fn corner(pixel: u32) -> u32 {
  let p = min(pixel, pixels() - 1u);
  let sample = sample_of(p);
  let at = p - sample * args.rows * args.width;
  let row = args.stride * (at / args.width);
  let column = args.stride * (at % args.width);
  return 4u * (args.x_at + sample * args.x_sample + row * args.x_line) + column * 8u * args.dots.count;
}

@compute @workgroup_size(WG)
fn conv2d(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) lanes: u32,
) {
  let tile = ((wg.x + wg.y * groups.x) * WG + subgroup * lanes + lane) / 4u;
  let across = (args.n + 15u) / 16u;
  let side = lane & 1u;
  let below = (lane >> 1u) & 1u;
  let row0 = (tile / across) * 24u + below * 12u;
  let col0 = (tile % across) * 16u + side * 8u;

  // No early return: every lane of a quad must reach the swaps. `put4` drops pixels and outputs past the edge.
  let own_row = row0 + side;
  //% for i in 0..6
  let a${i} = corner(${i === 0 ? 'own_row' : `own_row + ${2 * i}u`});
  //% end
  let end = args.n - 1u;
  let own_col = col0 + below;
  //% for i in 0..4
  let b${i} = min(${i === 0 ? 'own_col' : `own_col + ${2 * i}u`}, end) * args.dots.units * 4u;
  //% end

  // Row i of the sums is row i ^ side of the outputs, column j is column j ^ below.
  var sums = array<f32, 96>();
  for (var tap = 0u; tap < args.kernel * args.kernel; tap++) {
    let offset = 4u * (tap / args.kernel) * args.x_line + (tap % args.kernel) * 8u * args.dots.count;
    let first = 4u * (tap * args.dots.tap_units + args.dots.first_unit);
    let pairs = 4u * args.dots.count;
    for (var k = 0u; k < pairs; k++) {
      let p = first + k;
      let q = offset + 2u * k;
      //% for i in 0..4
      let pair${i} = pair(b${i}, p);
      let w${2 * i} = pair${i}.x;
      let w${2 * i + 1} = quadSwapY(w${2 * i});
      let v${2 * i} = pair${i}.y;
      let v${2 * i + 1} = quadSwapY(v${2 * i});
      //% end
      //% for i in 0..6
      let x${2 * i} = x[a${i} + q];
      let y${2 * i} = x[a${i} + q + 1u];
      //% end
      //% for row in 0..12
      //% if row % 2 === 1
      let x${row} = quadSwapX(x${row - 1});
      let y${row} = quadSwapX(y${row - 1});
      //% end
      //% for col in 0..8
      sums[${8 * row + col}] = sums[${8 * row + col}] + x${row} * w${col} + y${row} * v${col};
      //% end
      //% end
    }
  }

  var lefts = array<vec4f, 12>(
    //% for row in 0..12
    vec4f(${list(4, (i) => `sums[${8 * row + i}]`)}),
    //% end
  );
  var rights = array<vec4f, 12>(
    //% for row in 0..12
    vec4f(${list(4, (i) => `sums[${8 * row + 4 + i}]`)}),
    //% end
  );
  let left_scale = scale4(col0);
  let right_scale = scale4(col0 + 4u);
  var sample = sample_of(row0);
  var left_bias = bias4(sample, col0);
  var right_bias = bias4(sample, col0 + 4u);
  for (var i = 0u; i < outputs(12u); i++) {
    let pixel = row0 + (i ^ side);
    if (sample_of(pixel) != sample) {
      sample = sample_of(pixel);
      left_bias = bias4(sample, col0);
      right_bias = bias4(sample, col0 + 4u);
    }
    put4(pixel, col0, left_scale * select(lefts[i], lefts[i].yxwz, below == 1u), left_bias);
    put4(pixel, col0 + 4u, right_scale * select(rights[i], rights[i].yxwz, below == 1u), right_bias);
  }
}

fn scale4(n: u32) -> vec4f {
  let end = args.n - 1u;
  return vec4f(
    row_scale(min(n, end)),
    row_scale(min(n + 1u, end)),
    row_scale(min(n + 2u, end)),
    row_scale(min(n + 3u, end)),
  );
}
