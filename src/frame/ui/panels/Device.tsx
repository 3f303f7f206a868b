import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { DeviceState } from '../../state/deviceStore.ts';
import { heldMemory, readHeldMemory } from '../../state/memory.ts';
import { bytes } from '../format.ts';
import { DeviceFacts } from './DeviceFacts.tsx';
import { Panel } from './Panel.tsx';

interface Props {
  readonly lab: string;
  readonly device: DeviceState;
  /** What starting another device is called, and does. */
  readonly restart: { readonly label: string; readonly act: () => void };
  onLose(): void;
  onClose(): void;
}

/** What computes, what it holds in memory for whom, and the means to test its faults. */
export function Device({ lab, device, restart, onLose, onClose }: Props) {
  const held = useStore(heldMemory, (s) => s.labs[lab]);
  useEffect(() => void readHeldMemory(), []);
  const owners = Object.entries(held?.owners ?? {}).sort((a, b) => b[1] - a[1]);
  const total = owners.reduce((sum, [, n]) => sum + n, 0);
  const byOwner = owners.map(([owner, n]) => `${owner} ${bytes(n)}`).join(', ');
  const memory = held && `${bytes(total)} in ${held.buffers} buffers${byOwner && `: ${byOwner}`}`;
  const then = (act: () => void) => () => {
    onClose();
    act();
  };
  return (
    <Panel title="Device" onClose={onClose}>
      <DeviceFacts device={device} more={memory ? [['Memory', memory]] : []} />
      <details>
        <summary>Diagnostics</summary>
        <p className="summary">
          A graphics driver may take the GPU away at any time. This destroys it on purpose, so that you can see the page
          recover.
        </p>
        <p className="buttons">
          <button type="button" disabled={device.report?.backend !== 'webgpu'} onClick={then(onLose)}>
            Simulate a lost GPU
          </button>
          <button type="button" onClick={then(restart.act)}>
            {restart.label}
          </button>
        </p>
      </details>
    </Panel>
  );
}
