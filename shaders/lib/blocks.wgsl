// What the weights.* files of GGUF's block types share: bindings, and small numbers unpacked. Layouts: blockFormats in
// src/core/weightFormat.ts. Each of those files has, for a unit of eight columns by flat index (row · units + unit),
//   Raw, raw_at(i), low(raw), high(raw), scale_at(i): weight = low/high(raw)[c] · scale_at(i),
// and for the four units that go with one scale Loads, group_at(g) and load_of(loads, unit of the group).
@group(0) @binding(0) var<storage, read> w:      array<u32>;
@group(0) @binding(1) var<storage, read> scales: array<u32>;

// Half i of the scales.
fn half_at(i: u32) -> f32 { return unpack2x16float(scales[i >> 1u] >> (16u * (i & 1u))).x; }

// Bits stay where they are and become the last ones of a float, a power of two more: less that power it is the number,
// exactly (see weights.int4). Four nibbles of 16 bits, four pairs of 8, four bits of 4.
fn nibbles(v: vec4u) -> vec4f {
  return bitcast<vec4f>(
    (v & vec4u(15u, 240u, 3840u, 61440u)) | vec4u(0x4b000000u, 0x49000000u, 0x47000000u, 0x45000000u)
  ) - vec4f(8388608.0, 524288.0, 32768.0, 2048.0);
}
fn pairs(v: vec4u) -> vec4f {
  return bitcast<vec4f>((v & vec4u(3u, 12u, 48u, 192u)) | vec4u(0x4b000000u, 0x4a000000u, 0x49000000u, 0x48000000u)) -
    vec4f(8388608.0, 2097152.0, 524288.0, 131072.0);
}
fn ones(v: vec4u) -> vec4f {
  return bitcast<vec4f>((v & vec4u(1u, 2u, 4u, 8u)) | vec4u(0x4b000000u, 0x4a800000u, 0x4a000000u, 0x49800000u)) -
    vec4f(8388608.0, 4194304.0, 2097152.0, 1048576.0);
}
