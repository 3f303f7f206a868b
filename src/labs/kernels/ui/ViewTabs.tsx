import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
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
  const row = useRef<HTMLElement>(null);
  // `void`: new browsers answer scrolling with a promise, which React would take for a clean-up.
  useEffect(
    () => void row.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    [view],
  );
  const busy = {
    kernels: useStore(measured, (s) => s.phase === 'running'),
    roofline: useStore(rooflineStore, (s) => s.phase === 'running'),
    time: useStore(profileStore, (s) => s.phase === 'running'),
    tuning: useStore(tuneStore, (s) => s.phase === 'running'),
    verify: useStore(verifyStore, (s) => s.phase === 'running'),
    memory: false,
  };
  return (
    <nav className="views" ref={row} aria-label="Views of the kernel lab">
      {viewMenu.map(({ id, title, help }) => (
        <button
          key={id}
          type="button"
          aria-current={id === view ? 'page' : undefined}
          title={help}
          onClick={() => lookAt(id)}
        >
          {title}
          {busy[id] && <span className="busy" role="img" aria-label="at work" />}
        </button>
      ))}
    </nav>
  );
}
