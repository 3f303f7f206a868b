import { Device } from '../../../frame/ui/panels/Device.tsx';
import { Gallery, type GalleryEntry } from '../../../frame/ui/panels/Gallery.tsx';
import { formatKernels } from '../config/codec.ts';
import { viewMenu } from '../config/menus.ts';
import { kernelPresets, type KernelPreset } from '../config/presets.ts';
import { connection } from '../state/connection.ts';
import { restart } from '../state/session.ts';
import { useKernelDevice } from './hooks.ts';

export type KernelPanel = 'gallery' | 'device';

const entries = Object.entries<KernelPreset>(kernelPresets).map(
  ([id, { title, claim, paper, experiment }]): GalleryEntry => ({
    id,
    title,
    claim,
    paper,
    href: `#${formatKernels(experiment)}`,
    about: viewMenu.find((v) => v.id === experiment.view)!.title,
  }),
);

export function Panels({ panel, onClose }: { panel: KernelPanel | null; onClose(): void }) {
  const device = useKernelDevice();
  switch (panel) {
    case null:
      return null;
    case 'gallery':
      return (
        <Gallery
          entries={entries}
          keeps="opening it replaces what is looked at, and undo brings that back"
          onClose={onClose}
        />
      );
    case 'device':
      return (
        <Device
          lab="kernels"
          device={device}
          restart={{ label: 'Start the device afresh', act: () => void restart() }}
          onLose={() => void connection.lose()}
          onClose={onClose}
        />
      );
    default:
      return panel satisfies never;
  }
}
