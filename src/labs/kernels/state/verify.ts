// "Verify on my GPU": the plan, the cases as they come, and the report.
import { createStore } from 'zustand/vanilla';
import { verifySections } from '../../../verify/sectionNames.ts';
import { createBatch } from '../../../frame/state/frameBatch.ts';
import { saveBlob } from '../../../frame/state/saveBlob.ts';
import { hasGpu } from './connection.ts';
import { kernelTask } from './task.ts';
import type { Phase, VerifyCase, VerifyProgress, VerifyReport } from './types.ts';

export type Section = Extract<VerifyProgress, { kind: 'plan' }>['sections'][number];
export interface VerifyState {
  readonly phase: Phase;
  /** Of the present run, or the last. */ readonly sections: readonly Section[];
  /**
   * All there are, each can be run alone; how many cases one has is known once it was planned on this device, 0 before.
   */
  readonly known: readonly Section[];
  readonly cases: readonly VerifyCase[];
  readonly report: VerifyReport | null;
  readonly startedAt: number;
}
export const verifyStore = createStore<VerifyState>(() => ({
  phase: 'idle',
  sections: [],
  known: verifySections.map((s) => ({ ...s, cases: 0 })),
  cases: [],
  report: null,
  startedAt: 0,
}));
const task = kernelTask('verify', (phase) => verifyStore.setState({ phase }));
const batch = createBatch<VerifyCase>((list) => verifyStore.setState(({ cases }) => ({ cases: [...cases, ...list] })));

/** Runs all sections, or those named. */
export async function verify(sections: readonly string[] = []): Promise<void> {
  if (!hasGpu()) return;
  batch.drop();
  verifyStore.setState({ sections: [], cases: [], report: null, startedAt: Date.now() });
  const report = await task.run(() => ({ sections }), {
    onProgress: (p) => {
      if (p.kind === 'plan')
        verifyStore.setState(({ known }) => ({
          sections: p.sections,
          known: known.map((k) => p.sections.find((s) => s.id === k.id) ?? k),
        }));
      else batch.push(p.result);
    },
  });
  batch.flush();
  if (report) verifyStore.setState({ report });
}
export const cancelVerify = (): void => task.cancel();

export function saveReport(report: VerifyReport): void {
  saveBlob(
    new Blob([`${JSON.stringify(report, null, 2)}\n`], { type: 'application/json' }),
    `stepscope-verify-${report.at.slice(0, 10)}.json`,
  );
}
/** A few lines to paste into a message. */
export function summaryOf(r: VerifyReport): string {
  const failed = r.cases.filter((c) => !c.pass).map((c) => `FAILED ${c.section}: ${c.name}: ${c.detail}`);
  const forced = Object.entries(r.kernels)
    .map(([f, v]) => `${f}:${v}`)
    .join(',');
  return [
    `Stepscope ${r.stepscope}, verified ${r.at}`,
    `${r.adapter.name}${r.adapter.software ? ' (software adapter)' : ''}, subgroups of ${[...new Set(r.adapter.subgroups)].join(' to ')}`,
    `${r.passed} passed, ${r.failed} failed, ${r.notRun.length} not run, ${(r.ms / 1000).toFixed(1)} s`,
    `sections run: ${r.sections.join(', ')}`,
    ...(forced ? [`kernel versions forced: ${forced}`] : []),
    ...failed,
    ...r.notRun.map((n) => `not run: ${n.name} (${n.because})`),
    r.userAgent,
  ].join('\n');
}
