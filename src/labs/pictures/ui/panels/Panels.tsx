import { lazy, Suspense } from 'react';
import { Device } from '../../../../frame/ui/panels/Device.tsx';
import { Gallery, type GalleryEntry } from '../../../../frame/ui/panels/Gallery.tsx';
import { pictureCard } from '../../../../models/pictures.ts';
import { formatPictures } from '../../config/codec.ts';
import { picturesPresets, type PicturesPreset } from '../../config/presets.ts';
import { connection } from '../../state/connection.ts';
import { restart } from '../../state/session.ts';
import { setView } from '../../state/viewStore.ts';
import { useDevice, useView } from '../hooks.ts';

const Best = lazy(async () => ({ default: (await import('../best/Best.tsx')).Best }));

const entries = Object.entries<PicturesPreset>(picturesPresets).map(
  ([id, { title, claim, paper, experiment: e }]): GalleryEntry => ({
    id,
    title,
    claim,
    paper,
    href: `#${formatPictures(e)}`,
    about: e.model.from === 'bundled' ? (pictureCard(e.model.id)?.title ?? '') : '',
  }),
);

/** The panel that is open, if one is. */
export function Panels() {
  const panel = useView((s) => s.panel);
  const device = useDevice((s) => s);
  const onClose = () => setView({ panel: 'none' });
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
    case 'device':
      return (
        <Device
          lab="pictures"
          device={device}
          restart={{ label: 'Ask for the GPU again', act: () => void restart() }}
          onLose={() => void connection.lose()}
          onClose={onClose}
        />
      );
    case 'best':
      return (
        <Suspense>
          <Best onClose={onClose} />
        </Suspense>
      );
    default:
      return panel satisfies never;
  }
}
