import { setView } from '../state/viewStore.ts';
import { DeviceButton } from '../../../frame/ui/DeviceButton.tsx';
import { useDevice } from './hooks.ts';

export const DeviceLine = () => (
  <DeviceButton device={useDevice((s) => s)} onOpen={() => setView({ panel: 'device' })} />
);
