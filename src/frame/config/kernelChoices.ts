// Kernel versions that a link forces: `kernels=matmul:1.naive,softmax:1.tree`. With it a wrong result or a slow kernel
// is bisected by link.
import {
  isFamily,
  isVersionOf,
  type KernelChoices,
  kernelVersions,
  retiredVersions,
} from '../../core/kernelVersions.ts';
import type { Refusal } from '../../core/refusal.ts';

export type { KernelChoices, KernelFamily } from '../../core/kernelVersions.ts';

/** Total: whatever cannot be read is refused in words. */
export function parseKernelChoices(text: string, refusals: Refusal[]): KernelChoices {
  const out: Record<string, string> = {};
  for (const part of text.split(',').filter((p) => p !== '')) {
    const cut = part.indexOf(':');
    const family = cut < 0 ? part : part.slice(0, cut);
    const version = cut < 0 ? '' : part.slice(cut + 1);
    const refuse = (because: string) =>
      void refusals.push({
        where: 'kernels',
        value: part.slice(0, 80),
        because,
        used: 'the version chosen for this device',
      });
    if (!isFamily(family))
      refuse(`there is no kernel family '${family.slice(0, 40)}'; there are ${Object.keys(kernelVersions).join(', ')}`);
    else if (!isVersionOf(family, version))
      refuse(
        `${retiredVersions[family]?.includes(version) ? `${version} was retired; ` : ''}${family} has the versions ${Object.keys(kernelVersions[family]).join(', ')}`,
      );
    else if (Object.hasOwn(out, family)) refuse('it is given twice');
    else out[family] = version;
  }
  return inOrder(out);
}

/** In the families' order, so that equal choices give equal links. Empty where nothing is forced. */
export const formatKernelChoices = (choices: KernelChoices): string =>
  Object.entries(inOrder(choices))
    .map(([family, version]) => `${family}:${version}`)
    .join(',');

const inOrder = (choices: KernelChoices): KernelChoices =>
  Object.fromEntries(
    Object.keys(kernelVersions)
      .filter((f) => Object.hasOwn(choices, f))
      .map((f) => [f, choices[f as keyof KernelChoices]]),
  );
