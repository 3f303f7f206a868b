import { Device } from '../../../../frame/ui/panels/Device.tsx';
import { Gallery, type GalleryEntry } from '../../../../frame/ui/panels/Gallery.tsx';
import { formatExperiment } from '../../config/codec.ts';
import { modelCard } from '../../config/menus.ts';
import { presets, type Preset } from '../../config/presets.ts';
import { connection } from '../../state/connection.ts';
import { restart } from '../../state/session.ts';
import { setView } from '../../state/viewStore.ts';
import { useDevice, useView } from '../hooks.ts';
import { Likelihood } from '../rank/Likelihood.tsx';
import { Rank } from '../rank/Rank.tsx';
import { Search } from '../rank/Search.tsx';

const entries = Object.entries<Preset>(presets).map(
  ([id, { title, claim, paper, experiment, edit, seek, rowed }]): GalleryEntry => ({
    id,
    title,
    claim,
    paper,
    href: `#${formatExperiment(experiment, null, undefined, null, edit, seek, rowed) || 'model=ring8'}`,
    about: modelCard(experiment.model).title,
  }),
);

/** The panel that is open, if one is. */
export function Panels() {
  const panel = useView((s) => s.panel);
  const device = useDevice((s) => s);
  const onGpu = device.report?.backend === 'webgpu';
  const onClose = () => setView({ panel: 'none' });
  switch (panel) {
    case 'none':
      return null;
    case 'gallery':
      return (
        <Gallery
          entries={entries}
          keeps="opening it replaces the present one, which stays in the history"
          onClose={() => setView({ panel: 'none', position: null })}
        />
      );
    case 'device':
      return (
        <Device
          lab="diffusion"
          device={device}
          restart={{
            label: onGpu ? 'Compute on the processor' : 'Compute on the GPU',
            act: () => void restart(onGpu),
          }}
          onLose={() => void connection.lose()}
          onClose={onClose}
        />
      );
    case 'rank':
      return <Rank onClose={onClose} />;
    case 'search':
      return <Search onClose={onClose} />;
    case 'likelihood':
      return <Likelihood onClose={onClose} />;
    default:
      return panel satisfies never;
  }
}
