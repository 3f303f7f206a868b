import { useStore } from 'zustand';
import { ViewTabs as Tabs } from '../../../frame/ui/ViewTabs.tsx';
import { viewMenu } from '../config/menus.ts';
import { lookAt } from '../state/experimentStore.ts';
import { measured } from '../state/measure.ts';
import { profileStore } from '../state/profile.ts';
import { rooflineStore } from '../state/roofline.ts';
import { tuneStore } from '../state/tune.ts';
import { verifyStore } from '../state/verify.ts';
import { useKernels } from './hooks.ts';

/** The lab's views; a dot marks the one where work goes on. */
export function ViewTabs() {
  const view = useKernels((e) => e.view);
  const busy = {
    kernels: useStore(measured, (s) => s.phase === 'running'),
    roofline: useStore(rooflineStore, (s) => s.phase === 'running'),
    time: useStore(profileStore, (s) => s.phase === 'running'),
    tuning: useStore(tuneStore, (s) => s.phase === 'running'),
    verify: useStore(verifyStore, (s) => s.phase === 'running'),
    memory: false,
  };
  return <Tabs label="Views of the kernel lab" views={viewMenu} now={view} busy={busy} onPick={lookAt} />;
}
