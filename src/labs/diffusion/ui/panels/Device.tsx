import { loseDevice, restart } from '../../state/session.ts';
import { setView } from '../../state/viewStore.ts';
import { useDevice } from '../hooks.ts';
import { DeviceFacts } from '../../../../frame/ui/panels/DeviceFacts.tsx';
import { Panel } from '../../../../frame/ui/panels/Panel.tsx';

/** What computes, in detail, and the means to test its faults. */
export function Device() {
  const device = useDevice((s) => s);
  const { report } = device;
  const close = () => setView({ panel: 'none' });
  return (
    <Panel title="Device" onClose={close}>
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
            disabled={report?.backend !== 'webgpu'}
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
              void restart(report?.backend === 'webgpu');
            }}
          >
            {report?.backend === 'webgpu' ? 'Compute on the processor' : 'Compute on the GPU'}
          </button>
        </p>
      </details>
    </Panel>
  );
}
