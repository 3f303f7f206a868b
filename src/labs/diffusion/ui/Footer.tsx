import { useRun } from './hooks.ts';

/** A licence without its address: "CC BY 4.0 (https://…)" is known by its name. */
const plain = (licence: string) => licence.replace(/\s*\(https?:[^)]*\)/g, '');

/** Who made the pictures, and what leaves the machine. */
export function Footer() {
  const about = useRun((s) => s.about);
  return (
    <footer>
      {about && (
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
      )}
      <p>
        Everything is computed on this machine; nothing is sent anywhere. The address of the page is the experiment.
      </p>
    </footer>
  );
}
