// uses: lib/weights.f16.wgsl lib/picture.wgsl lib/conv.wgsl
// As conv2d.1.naive, for software adapters with subgroups of 8 or more: the matrix product of linear_matmul.5.octet
// (16 pixels × 8 outputs per invocation, 32×32 per octet) with a loop over the taps around it. The picture lies within
// a border of zeros (conv_prepare), so a tap is an offset, and nothing is masked.
// Written by scripts/shaders/generate.mjs from conv2d.octet.wgsl there: change that.
enable subgroups;
diagnostic(off, subgroup_uniformity);

@group(0) @binding(2) var<storage, read>       x:        array<vec4f>;
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
  return args.x_at + sample * args.x_sample + row * args.x_line + column * 2u * args.dots.count;
}

@compute @workgroup_size(WG)
fn conv2d(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) lanes: u32,
) {
  let tile = ((wg.x + wg.y * groups.x) * WG + subgroup * lanes + lane) / 8u;
  let across = (args.n + 31u) / 32u;
  let side = lane & 3u;
  let below = (lane >> 2u) & 1u;
  let row0 = (tile / across) * 32u + below * 16u;
  let n0 = (tile % across) * 32u + side * 8u;

  // No early return: every lane must reach the swaps. `put4` drops pixels and outputs past the edge.
  let own = row0 + side;
  //% for i in 0..4
  let a${i} = corner(${i === 0 ? 'own' : `own + ${4 * i}u`});
  //% end
  // Of its eight outputs a lane unpacks the weights of four, the near ones; the lane below or above has the far ones.
  let near0 = n0 + 4u * below;
  let far0 = n0 + 4u - 4u * below;
  let end = args.n - 1u;
  //% for i in 0..4
  let m${i} = min(${i === 0 ? 'near0' : `near0 + ${i}u`}, end);
  let b${i} = m${i} * args.dots.units * (2u / STEP);
  //% end

  //% for i in 0..16
  var sum${i} = vec4f(0.0);
  var rest${i} = vec4f(0.0);
  //% end
  for (var tap = 0u; tap < args.kernel * args.kernel; tap++) {
    let offset = (tap / args.kernel) * args.x_line + (tap % args.kernel) * 2u * args.dots.count;
    let first = (tap * args.dots.tap_units + args.dots.first_unit) * (2u / STEP);
    let loads = args.dots.count * (2u / STEP);
    for (var s = 0u; s < loads; s++) {
      //% for i in 0..4
      let raw${i} = load_of(loads_at(b${i}, first + s), 0u);
      let s${i} = unit_scale(m${i}, (first + s) * STEP / 2u);
      //% end
      for (var half = 0u; half < STEP; half++) {
        //% for i in 0..4
        let w${i} = select(near(raw${i}), far(raw${i}), half == 1u) * s${i};
        //% end
        //% for i in 0..4
        let w${4 + i} = subgroupShuffleXor(w${i}, 4u);
        //% end
        let p = offset + STEP * s + half;
        //% for i in 0..4
        let x${4 * i} = x[a${i} + p];
        //% end
        //% for c of x y z w
        let near_${c} = vec4f(${list(4, (i) => `w${i}.${c}`)});
        //% end
        //% for c of x y z w
        let far_${c} = vec4f(${list(4, (i) => `w${4 + i}.${c}`)});
        //% end
        //% for row in 0..16
        //% if row % 4 > 0
        let x${row} = ${['', 'quadSwapX', 'quadSwapY', 'quadSwapDiagonal'][row % 4]}(x${row - (row % 4)});
        //% end
        //% for half of near far
        //% let to = half === 'near' ? 'sum' : 'rest'
        ${to}${row} = ${to}${row} + ${sum(4, (c) => `x${row}.${'xyzw'[c]} * ${half}_${'xyzw'[c]}`)};
        //% end
        //% end
      }
    }
  }

  // Row i of the sums is row i ^ side of the outputs.
  var nears = array<vec4f, 16>(
    ${list(16, (i) => `sum${i}`)},
  );
  var fars = array<vec4f, 16>(
    ${list(8, (i) => `rest${i}`)},
    ${list(8, (i) => `rest${8 + i}`)},
  );
  let near_scale = vec4f(row_scale(m0), row_scale(m1), row_scale(m2), row_scale(m3));
  let far_scale = subgroupShuffleXor(near_scale, 4u);
  var sample = sample_of(row0);
  var near_bias = bias4(sample, near0);
  var far_bias = bias4(sample, far0);
  for (var i = 0u; i < outputs(16u); i++) {
    let pixel = row0 + (i ^ side);
    if (sample_of(pixel) != sample) {
      sample = sample_of(pixel);
      near_bias = bias4(sample, near0);
      far_bias = bias4(sample, far0);
    }
    put4(pixel, near0, near_scale * nears[i], near_bias);
    put4(pixel, far0, far_scale * fars[i], far_bias);
  }
}
