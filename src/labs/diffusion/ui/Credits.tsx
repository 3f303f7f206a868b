import type { About } from '../state/types.ts';

/** A licence without its address: "CC BY 4.0 (https://…)" is known by its name. */
const plain = (licence: string) => licence.replace(/\s*\(https?:[^)]*\)/g, '');

/** Who made a trained model's pictures, and the data that it learned from. */
export default function Credits({ about }: { readonly about: About }) {
  return (
    <p data-testid="credits">
      {about.title}. Data: {about.data.name}. Licence: weights {plain(about.licence.weights)}
      {about.licence.data && `; data ${plain(about.licence.data)}`}.
      {about.licence.credits.length > 0 && (
        <>
          {' '}
          Credits:{' '}
          {about.licence.credits.map((c, i) => (
            <span key={c.title}>
              {i > 0 && ', '}
              <a href={c.link} target="_blank" rel="noreferrer">
                {c.title}
              </a>{' '}
              by {c.artist}
              {c.licence && ` (${plain(c.licence)})`}
            </span>
          ))}
          .
        </>
      )}
    </p>
  );
}
