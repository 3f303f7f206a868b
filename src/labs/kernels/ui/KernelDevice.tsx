import { loseDevice, restart } from '../state/session.ts';
import { DeviceFacts } from '../../../frame/ui/panels/DeviceFacts.tsx';
import { Panel } from '../../../frame/ui/panels/Panel.tsx';
import { useKernelDevice } from './hooks.ts';

/** What is measured, in detail, and the means to test its faults. */
export function KernelDevice({ onClose }: { onClose(): void }) {
  const device = useKernelDevice();
  return (
    <Panel title="Device" onClose={onClose}>
      <DeviceFacts device={device} />
      <details>
        <summary>Diagnostics</summary>
        <p className="summary">
          A graphics driver may take the GPU away at any time. This destroys it on purpose, so that you can see the page
          recover.
        </p>
        <p className="buttons">
          <button
            type="button"
            disabled={device.report?.backend !== 'webgpu'}
            onClick={() => {
              onClose();
              void loseDevice();
            }}
          >
            Simulate a lost GPU
          </button>
          <button
            type="button"
            onClick={() => {
              onClose();
              void restart();
            }}
          >
            Start the device afresh
          </button>
        </p>
      </details>
    </Panel>
  );
}
