import { labStore } from '../../state/labStore.ts';
import { Panel } from './Panel.tsx';

/** A ready-made experiment: an ordinary link to this page, with the claim that it shows. */
export interface GalleryEntry {
  readonly id: string;
  readonly href: string;
  readonly title: string;
  readonly claim: string;
  /** What it is about, before the paper: a model, a view. */
  readonly about: string;
  readonly paper: { readonly title: string; readonly url: string };
}
interface Props {
  readonly entries: readonly GalleryEntry[];
  /** What happens to the present experiment when another one is opened. */
  readonly keeps: string;
  onClose(): void;
}

export function Gallery({ entries, keeps, onClose }: Props) {
  const { lab } = labStore.getState();
  return (
    <Panel title="Gallery" onClose={onClose}>
      <p className="summary">Each shows one claim on your own machine; {keeps}.</p>
      <ul className="gallery" data-lab={lab}>
        {entries.map(({ id, href, title, claim, about, paper }) => (
          <li key={id}>
            {/* Made by scripts/galleryPictures.mjs. */}
            <img src={`gallery/${lab}/${id}.webp`} height={96} alt="" loading="lazy" />
            <h3>
              <a href={href} data-testid={`preset-${id}`} onClick={onClose}>
                {title}
              </a>
            </h3>
            <p>{claim}</p>
            <p className="fine">
              {about !== '' && `${about} · `}
              <a href={paper.url} target="_blank" rel="noreferrer">
                {paper.title}
              </a>
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
