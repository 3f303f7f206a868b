import { useStore } from 'zustand';
import { Suspense, useState } from 'react';
import type { KernelView } from '../config/experiment.ts';
import { lazyViews } from '../../../frame/ui/lazyViews.ts';
import { kernelNotices, notices } from '../state/notices.ts';
import { boot, restart } from '../state/session.ts';
import { Header } from '../../../frame/ui/Header.tsx';
import { Notices } from '../../../frame/ui/Notices.tsx';
import { useKernelDevice, useKernels } from './hooks.ts';
import { Panels, type KernelPanel } from './Panels.tsx';
import { KernelTools } from './KernelTools.tsx';
import { ViewTabs } from './ViewTabs.tsx';
import './kernels.css';
import './source.css';
import './checks.css';

// Before the first drawing, so that the worker starts while React draws.
boot();

const views = lazyViews<KernelView>({
  kernels: async () => (await import('./family/FamilyView.tsx')).FamilyView,
  roofline: async () => (await import('./roofline/RooflineView.tsx')).RooflineView,
  time: async () => (await import('./time/TimeView.tsx')).TimeView,
  tuning: async () => (await import('./tuning/TuningView.tsx')).TuningView,
  verify: async () => (await import('./verify/VerifyView.tsx')).VerifyView,
  memory: async () => (await import('./MemoryView.tsx')).MemoryView,
});
const actions = { retryGpu: { label: 'Try the GPU again', act: () => void restart() } };

/** How fast and how right every kernel is on the reader's own machine. */
export default function KernelLab() {
  const View = views[useKernels((e) => e.view)];
  const { phase, report } = useKernelDevice();
  const [panel, setPanel] = useState<KernelPanel | null>(null);
  const waiting = useStore(kernelNotices, (s) => s.notices.some((n) => n.kind === 'device'));
  return (
    <>
      <Header>
        <KernelTools onOpen={setPanel} />
      </Header>
      <Notices {...notices} actions={actions} />
      <ViewTabs />
      {report?.backend === 'webgpu' && report.software && (
        <p className="software" data-testid="software">
          <b>A software adapter.</b> {report.name} runs on the processor: what is right here is right on a GPU too, but
          no time, rate or choice of versions on this page says anything about one.
        </p>
      )}
      {(phase === 'failed' || report?.backend === 'cpu') && !waiting && (
        <p className="software" data-testid="no-gpu">
          <b>No GPU.</b> Nothing can be measured here without WebGPU: open the page in a browser that has it (Chrome,
          Edge, or a recent Firefox or Safari) with hardware acceleration on.
        </p>
      )}
      <main className="kernels" data-testid="kernel-lab" data-phase={phase}>
        <Suspense fallback={<div className="bench loading" />}>
          <View />
        </Suspense>
      </main>
      <footer>
        <p>
          Everything is measured on this machine; nothing is sent anywhere. The address of the page says what is looked
          at.
        </p>
      </footer>
      <Panels panel={panel} onClose={() => setPanel(null)} />
    </>
  );
}
