// What both versions of group_combine share: arguments, the sums of a group, and a and b of its channels. The including
// file declares `sums`, `gamma`, `beta`, `mod_rows`, `norm` and `args`.
struct GroupArgs {
  samples: u32, channels: u32, groups: u32, slabs: u32,
  mod_row: u32, scale_at: u32, shift_at: u32, has_mod: u32, // scale and shift of a sample's row
  eps: f32,
}

struct Sums { count: f32, mean: f32, squares: f32 }
// Of channel c in the slabs and channels of a group, number `i` of them.
fn sums_at(sample: u32, group: u32, i: u32) -> Sums {
  let each = args.channels / args.groups;
  let at = (sample * args.slabs + i / each) * 3u * args.channels + group * each + i % each;
  return Sums(sums[at], sums[at + args.channels], sums[at + 2u * args.channels]);
}

// y = a·x + b is the norm of a channel, with γ and β and, of a time embedding, 1 + scale and shift.
fn put_channel(sample: u32, c: u32, mean: f32, variance: f32) {
  var a = gamma[c] * inverseSqrt(variance + args.eps);
  var b = beta[c] - mean * a;
  if (args.has_mod != 0u) {
    let row = sample * args.mod_row;
    let scale = 1.0 + mod_rows[row + args.scale_at + c];
    a *= scale;
    b = b * scale + mod_rows[row + args.shift_at + c];
  }
  norm[2u * sample * args.channels + c] = a;
  norm[(2u * sample + 1u) * args.channels + c] = b;
}
