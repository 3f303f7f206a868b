import { Device } from '../../../../frame/ui/panels/Device.tsx';
import { Gallery, type GalleryEntry } from '../../../../frame/ui/panels/Gallery.tsx';
import { formatLanguage } from '../../config/codec.ts';
import { languageCard } from '../../config/menus.ts';
import { languagePresets, type LanguagePreset } from '../../config/presets.ts';
import { connection } from '../../state/connection.ts';
import { restart } from '../../state/session.ts';
import { setLanguageView } from '../../state/viewStore.ts';
import { useLanguageDevice, useLanguageView } from '../hooks.ts';
import { Conformance } from './Conformance.tsx';

const entries = Object.entries<LanguagePreset>(languagePresets).map(
  ([id, { title, claim, paper, experiment }]): GalleryEntry => ({
    id,
    title,
    claim,
    paper,
    href: `#${formatLanguage(experiment)}`,
    about: experiment.model.from === 'bundled' ? languageCard(experiment.model.id)!.title : '',
  }),
);

/** The panel that is open, if one is. */
export function Panels() {
  const panel = useLanguageView((s) => s.panel);
  const device = useLanguageDevice();
  const onGpu = device.report?.backend === 'webgpu';
  const onClose = () => setLanguageView({ panel: 'none' });
  switch (panel) {
    case 'none':
      return null;
    case 'gallery':
      return (
        <Gallery
          entries={entries}
          keeps="opening it replaces the present one, which stays in the history"
          onClose={onClose}
        />
      );
    case 'conformance':
      return <Conformance />;
    case 'device':
      return (
        <Device
          lab="language"
          device={device}
          restart={{
            label: onGpu ? 'Compute on the processor' : 'Compute on the GPU',
            act: () => void restart(onGpu),
          }}
          onLose={() => void connection.lose()}
          onClose={onClose}
        />
      );
    default:
      return panel satisfies never;
  }
}
