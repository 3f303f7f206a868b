/**
 * For `*.gpu.test.ts` only: kernels with matrices of subgroups on adapters that have none. In the place of
 * shaders/lib/matrix.wgsl, each of 32 lanes keeps two elements of every sum and reads the factors where they lie; so
 * all else of such a kernel (tiles, edges, which matrix lies where) is held against float64. That the real functions
 * are valid is told by a device without a driver (`nullDevice`).
 */
import { type Bindings, type KernelSpec, sourceText } from '../../gpu/kernel.ts';

const LOOPS = /* wgsl */ `
alias Left = vec2u; // where, stride
alias Right = vec2u;
alias Sum = vec2f; // elements lane and lane + 32, row by row
var<private> lane: u32;
fn load_left(at: u32, stride: u32) -> Left { return vec2u(at, stride); }
fn load_right(at: u32, stride: u32) -> Right { return vec2u(at, stride); }
fn multiply_add(l: Left, r: Right, sum: Sum) -> Sum {
  var s = sum;
  for (var k = 0u; k < outputs(8u); k++) {
    let right = tile[r.x + (lane % 8u) * r.y + k];
    s += vec2f(tile[l.x + (lane / 8u) * l.y + k], tile[l.x + (lane / 8u + 4u) * l.y + k]) * right;
  }
  return s;
}
fn store_sum(at: u32, sum: Sum, stride: u32) {
  tile[at + (lane / 8u) * stride + lane % 8u] = sum.x;
  tile[at + (lane / 8u + 4u) * stride + lane % 8u] = sum.y;
}`;

export async function withLoops<B extends Bindings, A>(spec: KernelSpec<B, A>): Promise<KernelSpec<B, A>> {
  const texts = await Promise.all(spec.libs!.map((lib) => sourceText(spec.label, lib)));
  const libs = texts.map((text) => (text.includes('subgroupMatrixLoad') ? LOOPS : text));
  const wgsl = (await sourceText(spec.label, spec.wgsl))
    .replace(/^(enable|requires) .*\n/gm, '')
    .replace(', @builtin(subgroup_id) part: u32) {', ') {\n  let part = t / 32u;\n  lane = t % 32u;');
  if (!wgsl.includes('lane = ') || wgsl.includes('subgroup_id') || libs.every((text) => text !== LOOPS))
    throw new Error(`${spec.label} does not multiply matrices as this file expects`);
  return { ...spec, wgsl, libs, requires: (spec.requires ?? []).filter((r) => r === 'shader-f16') };
}
