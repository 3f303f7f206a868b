/**
 * "Verify on my GPU": every kernel, sampler and bundled model compared with a float64 reference or a golden value on
 * the reader's own device. Deterministic: seeds are fixed, so what passes once always passes on the same device.
 */
import type { GpuContext } from '../gpu/device.ts';
import type { KernelChoices } from '../core/kernelVersions.ts';
import type { VerifyCase, VerifyProgress, VerifyReport } from '../measure/types.ts';
import { breathe, throwIfCancelled } from '../core/cancel.ts';
import { reportOf } from '../engine/report.ts';
import { sectionIds, sections } from './sections.ts';
import { attempt, within } from './attempts.ts';
import type { Case, NotRun, Section, VerifyDeps } from './types.ts';

export { sectionIds, sections } from './sections.ts';
export type { VerifyDeps } from './types.ts';

export interface VerifyOptions {
  /** Ids of sections; all when empty. */
  readonly sections?: readonly string[];
  readonly onProgress?: (progress: VerifyProgress) => void;
  /** Checked between two cases; the promise then rejects with Cancelled. */
  readonly signal: AbortSignal;
  /** Cases whose section and name hold one of these words come first. */
  readonly first?: readonly string[];
  /** End at the first failure; what was not reached is left out of the report. */
  readonly bail?: boolean;
}

/**
 * Runs the suite on a device. Rejects when it is cancelled, when the device is lost, or when a section is not known.
 */
export async function runVerify(ctx: GpuContext, deps: VerifyDeps, options: VerifyOptions): Promise<VerifyReport> {
  const wanted = pick(options.sections ?? []);
  const began = performance.now();
  return within(ctx, async (shared) => {
    const env = { ...shared, deps, signal: options.signal };
    const notRun: NotRun[] = [];
    const queue: { readonly section: string; readonly task: Case }[] = [];
    const plan: { id: string; title: string; cases: number }[] = [];
    for (const section of wanted) {
      throwIfCancelled(options.signal);
      const planned = await section.plan(env);
      for (const task of planned.cases) queue.push({ section: section.id, task });
      notRun.push(...(planned.notRun ?? []));
      plan.push({ id: section.id, title: section.title, cases: planned.cases.length });
    }
    options.onProgress?.({ kind: 'plan', sections: plan });
    const words = (options.first ?? []).map((w) => w.toLowerCase());
    const early = (q: (typeof queue)[number]) =>
      words.some((w) => `${q.section} ${q.task.name}`.toLowerCase().includes(w));
    const cases: VerifyCase[] = [];
    for (const { section, task } of words.length > 0
      ? [...queue.filter(early), ...queue.filter((q) => !early(q))]
      : queue) {
      throwIfCancelled(options.signal);
      const result = await attempt(ctx, section, task);
      cases.push(result);
      options.onProgress?.({ kind: 'case', result });
      if (options.bail && !result.pass) break;
      await breathe();
    }
    return report(ctx, deps, { sections: wanted.map((s) => s.id), cases, notRun, ms: performance.now() - began });
  });
}

function pick(ids: readonly string[]): readonly Section[] {
  for (const id of ids)
    if (!sectionIds.includes(id))
      throw new RangeError(`There is no section '${id}' to verify; there are ${sectionIds.join(', ')}.`);
  return ids.length === 0 ? sections : sections.filter((s) => ids.includes(s.id));
}

async function report(
  ctx: GpuContext,
  deps: VerifyDeps,
  found: Pick<VerifyReport, 'sections' | 'cases' | 'notRun' | 'ms'>,
): Promise<VerifyReport> {
  const { info } = ctx;
  const { name, vendor, architecture, software, features } = await reportOf(ctx);
  const limits: Record<string, number> = {};
  for (const key in info.limits) {
    const value: unknown = info.limits[key as keyof GPUSupportedLimits];
    if (typeof value === 'number') limits[key] = value;
  }
  const passed = found.cases.filter((c) => c.pass).length;
  return {
    stepscope: deps.version,
    at: new Date().toISOString(),
    adapter: {
      name,
      vendor,
      architecture,
      software,
      subgroups: [info.subgroupMin, info.subgroupMax],
      features,
      language: [...info.language].sort(),
      limits,
    },
    userAgent: deps.userAgent,
    kernels: ctx.versions as KernelChoices,
    passed,
    failed: found.cases.length - passed,
    ...found,
  };
}
