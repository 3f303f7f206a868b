import { useState } from 'react';

export interface ShareProps<F extends string> {
  readonly fingerprint: string | null;
  readonly formats: readonly (readonly [F, string])[];
  link(fingerprint: string | null): string;
  save(format: F): void;
}

/** The link of the experiment with the record of its run, and the results as files. */
export function ShareButtons<F extends string>({ fingerprint, formats, link: linkOf, save }: ShareProps<F>) {
  const [copied, setCopied] = useState('');
  const [link, setLink] = useState<string | null>(null);
  const copy = async () => {
    const text = linkOf(fingerprint);
    try {
      await navigator.clipboard.writeText(text);
      setLink(null);
      setCopied(fingerprint ? 'Copied, with the record of this run' : 'Copied');
      setTimeout(() => setCopied(''), 3000);
    } catch {
      setLink(text);
    }
  };
  return (
    <div className="share">
      <span className="copied" role="status">
        {copied}
      </span>
      <button
        type="button"
        className="primary"
        onClick={() => void copy()}
        title="Copies a link that holds the whole experiment and the record of this run, so that others see whether it reproduces"
      >
        Copy link
      </button>
      <select aria-label="Export" title="Results as a file" value="" onChange={(e) => save(e.target.value as F)}>
        <option value="" disabled hidden>
          Export
        </option>
        {formats.map(([format, title]) => (
          <option key={format} value={format}>
            {title}
          </option>
        ))}
      </select>
      {link !== null && (
        <div className="link-box">
          <label>
            The browser does not let the page copy; the link is:
            <input type="text" readOnly autoFocus value={link} onFocus={(e) => e.target.select()} />
          </label>
          <button type="button" onClick={() => setLink(null)}>
            Close
          </button>
        </div>
      )}
    </div>
  );
}
