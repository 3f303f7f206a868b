// What a view shows before anything was asked of it: the limits, the first table, the first steps of a workload, the
// quickest section of the verification. Only where nothing was measured yet and the machine is free.
import { hasGpu } from './connection.ts';
import { present } from './experimentStore.ts';
import { measure, measured } from './measure.ts';
import { profileStore, startProfile } from './profile.ts';
import { rooflineStore, wantRoofline } from './roofline.ts';
import { tuneStore } from './tune.ts';
import { verify, verifyStore } from './verify.ts';

/** As many steps as the figures need to be steady on a software adapter too: a second or two. */
export const FIRST_STEPS = 12;
/** A few seconds on a software adapter, where all sections take minutes. */
export const FIRST_SECTION = 'samplers';

export const busy = (): boolean =>
  [measured, rooflineStore, profileStore, tuneStore, verifyStore].some((s) => s.getState().phase === 'running');

export async function opening(): Promise<void> {
  const { view } = present();
  if (!hasGpu() || busy()) return;
  switch (view) {
    case 'kernels':
      await wantRoofline();
      // Meanwhile the reader may have gone elsewhere, or begun something.
      if (!rooflineStore.getState().roofline || present().view !== 'kernels' || busy()) return;
      if (Object.keys(measured.getState().results).length === 0) await measure();
      return;
    case 'roofline':
      return wantRoofline();
    case 'time':
      if (profileStore.getState().steps.length === 0) await startProfile(FIRST_STEPS);
      return;
    case 'verify':
      if (verifyStore.getState().cases.length === 0) await verify([FIRST_SECTION]);
      return;
    case 'tuning':
    case 'memory':
      return;
    default:
      view satisfies never;
  }
}
