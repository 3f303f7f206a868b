import type { DeviceInfo, GpuContext } from '../gpu/device.ts';
import { supports } from '../gpu/kernel.ts';
import {
  factsOf,
  isVersionOf,
  type KernelChoices,
  type KernelFamily,
  needsOf,
  type Place,
  type VersionOf,
} from '../core/kernelVersions.ts';

/** Mesa calls the architecture of its driver 'software': only this one name is taken from there. */
function placeOf({ isSoftware, architecture }: DeviceInfo): Place {
  if (!isSoftware) return 'hardware';
  return architecture === 'swiftshader' ? 'swiftshader' : 'software';
}

/** The version that runs on a device where nothing was measured or ordered. */
export function byTable<F extends KernelFamily>(info: DeviceInfo, family: F): VersionOf<F> {
  const place = placeOf(info);
  const found = factsOf(family).findLast(([, { on = [], needs = [] }]) => on.includes(place) && supports(info, needs));
  if (!found) throw new Error(`no version of ${family} suits the device`);
  return found[0];
}

/** The measured or overriding version (`ctx.versions`), else the table's. */
export function choose<F extends KernelFamily>(ctx: Pick<GpuContext, 'info' | 'versions'>, family: F): VersionOf<F> {
  const wanted = ctx.versions[family];
  return isVersionOf(family, wanted) && supports(ctx.info, needsOf(family, wanted))
    ? wanted
    : byTable(ctx.info, family);
}

/** Of versions given by name, those that this device can run, and a sentence for each that it cannot. */
export function availableVersions(
  info: DeviceInfo,
  wanted: KernelChoices,
): { readonly versions: KernelChoices; readonly refused: readonly string[] } {
  const versions: Record<string, string> = {};
  const refused: string[] = [];
  for (const [family, version] of Object.entries(wanted) as [KernelFamily, string][]) {
    const needs = needsOf(family, version).filter((n) => !supports(info, [n]));
    if (!isVersionOf(family, version)) refused.push(`${family} has no version '${version}'`);
    else if (needs.length > 0)
      refused.push(
        `${family} ${version} needs ${needs.join(', ')}, which this device lacks; the version chosen for it runs instead`,
      );
    else versions[family] = version;
  }
  return { versions, refused };
}
