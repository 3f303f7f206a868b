import { useRun } from './hooks.ts';

/** Who made the pictures, and what leaves the machine. */
export function Footer() {
  const about = useRun((s) => s.about);
  return (
    <footer>
      {about && (
        <p data-testid="credits">
          {about.title}. Data: {about.data.name}. Licence: weights {about.licence.weights}; data {about.licence.data}.
          {about.licence.credits.length > 0 && <> Credits: {about.licence.credits.map((c, i) => <span key={c.title}>{i > 0 && ', '}<a href={c.link} target="_blank" rel="noreferrer">{c.title}</a> by {c.artist}{c.licence && ` (${c.licence})`}</span>)}.</>}
        </p>
      )}
      <p>Everything is computed on this machine; nothing is sent anywhere. The address of the page is the experiment.</p>
    </footer>
  );
}
