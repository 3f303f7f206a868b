import { useState } from 'react';
import { shareLink } from '../state/address.ts';
import { saveResults } from '../state/download.ts';
import { useRun } from './hooks.ts';
import { savePicture } from './savePicture.ts';

/** The link of the experiment with the record of its run, and the results as files. */
export function ShareTools() {
  const fingerprint = useRun((s) => (s.phase === 'done' ? s.fingerprint : null)), [copied, setCopied] = useState(''), [link, setLink] = useState<string | null>(null);
  const copy = async () => {
    const text = shareLink(fingerprint);
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
      <span className="copied" role="status">{copied}</span>
      <button type="button" className="primary" onClick={() => void copy()} title="Copies a link that holds the whole experiment and the record of this run, so that others see whether it reproduces">Copy link</button>
      <select aria-label="Export" title="Results as a file" value="" onChange={(e) => (e.target.value === 'png' ? void savePicture() : saveResults(e.target.value as 'csv' | 'json'))}>
        <option value="" disabled hidden>Export</option>
        <option value="csv">CSV: one row per result</option>
        <option value="json">JSON: experiment and results</option>
        <option value="png">PNG: pictures and charts</option>
      </select>
      {link !== null && (
        <div className="link-box">
          <label>The browser does not let the page copy; the link is:<input type="text" readOnly autoFocus value={link} onFocus={(e) => e.target.select()} /></label>
          <button type="button" onClick={() => setLink(null)}>Close</button>
        </div>
      )}
    </div>
  );
}
