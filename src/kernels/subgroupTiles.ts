import type { GpuContext } from '../gpu/device.ts';

/**
 * For kernels with a tile per subgroup that know the size of a subgroup only within bounds: constants that are right
 * for every size, and how many tiles a workgroup has at least. `vectors`: those shared out among the lanes, of which
 * each lane holds VECS. A workgroup has `smallest` invocations, or a subgroup.
 */
export function subgroupTiles(
  { subgroupMin, subgroupMax }: Pick<GpuContext['info'], 'subgroupMin' | 'subgroupMax'>,
  vectors: number,
  smallest = 32,
) {
  const least = Math.max(4, subgroupMin);
  const most = Math.max(least, subgroupMax);
  const wg = Math.max(smallest, most);
  return {
    consts: { WG: `${wg}u`, SPAN: least < 8 ? '4u' : '8u', VECS: `${Math.ceil(vectors / least)}u` },
    perWorkgroup: wg / most,
  };
}
