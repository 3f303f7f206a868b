import { useEffect } from 'react';
import { useStore } from 'zustand';
import { loseDevice, restart } from '../../state/session.ts';
import { memoryStore, readMemory } from '../../state/sweep.ts';
import { setLanguageView } from '../../state/viewStore.ts';
import { DeviceFacts } from '../../../../frame/ui/panels/DeviceFacts.tsx';
import { Panel } from '../../../../frame/ui/panels/Panel.tsx';
import { useLanguageDevice } from '../hooks.ts';
import { bytes } from '../text.ts';

/** What computes, what it holds in memory for whom, and the means to test its faults. */
export function LanguageDevice() {
  const device = useLanguageDevice();
  const memory = useStore(memoryStore);
  const close = () => setLanguageView({ panel: 'none' });
  const gpu = device.report?.backend === 'webgpu';
  useEffect(() => void readMemory(), []);
  const total = Object.values(memory.owners ?? {}).reduce((a, b) => a + b, 0);
  const owners = Object.entries(memory.owners ?? {})
    .sort((a, b) => b[1] - a[1])
    .map(([owner, n]) => `${owner} ${bytes(n)}`)
    .join(', ');
  return (
    <Panel title="Device" onClose={close}>
      <DeviceFacts
        device={device}
        more={
          memory.owners ? [['Memory', `${bytes(total)} in ${memory.buffers} buffers${owners && `: ${owners}`}`]] : []
        }
      />
      <details>
        <summary>Diagnostics</summary>
        <p className="summary">
          A graphics driver may take the GPU away at any time. This destroys it on purpose, so that you can see the page
          recover.
        </p>
        <p className="buttons">
          <button
            type="button"
            disabled={!gpu}
            onClick={() => {
              close();
              void loseDevice();
            }}
          >
            Simulate a lost GPU
          </button>
          <button
            type="button"
            onClick={() => {
              close();
              void restart(gpu);
            }}
          >
            {gpu ? 'Compute on the processor' : 'Compute on the GPU'}
          </button>
        </p>
      </details>
    </Panel>
  );
}
