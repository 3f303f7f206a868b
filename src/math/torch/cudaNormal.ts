import { philox4x32 } from '../philox.ts';

/** Threads of a block in torch's kernel. */
const BLOCK = 256;

const gridOf = (count: number, threads: number): number =>
  BLOCK * Math.min(Math.ceil(count / BLOCK), Math.floor(threads / BLOCK));

/** How often each thread draws in a call: four numbers at a time. */
export const torchCudaRounds = (count: number, threads = Infinity): number =>
  Math.ceil(count / (4 * gridOf(count, threads)));

/**
 * What `torch.randn(count, device='cuda')` gives after `torch.manual_seed(seed)`, to float32 rounding. Thread i draws
 * Philox4x32-10 (https://doi.org/10.1145/2063384.2063405) with the key `seed` and the counter (call, 0, i, 0), and turns
 * the four words into two pairs of normals by Box and Muller (1958), sine first, as cuRAND does. Where there are more
 * numbers than `threads`, each thread makes four of them, one grid apart, before it draws again: so larger pictures
 * depend on the device (`threads` = multiprocessors · resident threads, 2,048 or 1,536 each); as long as `count` is at
 * most `threads` they do not. `call`: the draws that earlier calls of the generator made, `torchCudaRounds` each. Checked against values that others printed,
 * not on a device (see the test).
 */
export function torchCudaNormal(
  seed: number,
  count: number,
  { threads = Infinity, call = 0 } = {},
): Float64Array<ArrayBuffer> {
  const words = new Uint32Array(4);
  const low = seed >>> 0;
  const high = Math.floor(seed / 2 ** 32) >>> 0;
  const grid = gridOf(count, threads);
  return Float64Array.from({ length: count }, (_, i) => {
    const round = Math.floor(i / grid);
    philox4x32(call + (round >> 2), 0, i % grid, 0, low, high, words);
    const pair = (round & 2) >>> 0;
    // cuRAND centres its uniforms in their intervals.
    const radius = Math.sqrt(-2 * Math.log((words[pair]! + 0.5) / 2 ** 32));
    const angle = (2 * Math.PI * (words[pair + 1]! + 0.5)) / 2 ** 32;
    return radius * (round & 1 ? Math.cos(angle) : Math.sin(angle));
  });
}
