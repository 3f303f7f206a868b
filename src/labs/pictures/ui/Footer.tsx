import { pictureCard } from '../../../models/pictures.ts';
import { useLoaded } from './hooks.ts';

const plain = (licence: string) => licence.replace(/\s*\(https?:[^)]*\)/g, '');

/** Whose model it is, and what leaves the machine. */
export function Footer() {
  const loaded = useLoaded();
  const card = loaded?.source.from === 'bundled' ? pictureCard(loaded.source.id) : undefined;
  return (
    <footer>
      {card && (
        <p data-testid="credits">
          {card.title}: weights derived from designs by{' '}
          {card.credits.map((c, i) => (
            <span key={c.title}>
              {i > 0 && ', '}
              {c.artist} (
              <a href={c.link} target="_blank" rel="noreferrer">
                {c.title}
              </a>
              , {plain(c.licence)})
            </span>
          ))}
          .
        </p>
      )}
      {!card && loaded?.licence && (
        <p data-testid="credits">
          {loaded.title}. Licence: {loaded.licence}
        </p>
      )}
      <p>
        Everything is computed on this machine; models from the hub come from huggingface.co when you ask for them,
        nothing else is fetched or sent. The address of the page is the experiment.
      </p>
    </footer>
  );
}
