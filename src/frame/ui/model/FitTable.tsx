import type { ReactNode } from 'react';
import type { FitReport } from '../../../engine/modelRequests.ts';
import type { ModelSource } from '../../../hub/source.ts';
import type { ShownChoice } from '../../state/modelChoiceTypes.ts';
import { bytes } from '../format.ts';
import './model.css';

export interface FitTableProps<Fit extends FitReport> {
  readonly choice: ShownChoice;
  readonly offer: { readonly source: ModelSource; readonly report: Fit };
  /** What follows the title: what the model is. */
  readonly about?: (report: Fit) => ReactNode;
}

/** How much is still to be read or downloaded. */
function toCome(from: ModelSource['from'], { downloadBytes, storedBytes }: FitReport, left: number): ReactNode {
  if (from === 'file') return `${bytes(downloadBytes)} to read.`;
  if (left === 0) return 'All of it is on this machine already.';
  return (
    <>
      {bytes(left)} to download{storedBytes > 0 && `, ${bytes(storedBytes)} is here already`}.
    </>
  );
}

/** What a model would need here, before anything of it is downloaded. */
export function FitTable<Fit extends FitReport>({ choice, offer: { source, report: r }, about }: FitTableProps<Fit>) {
  const fits = r.formats.some((f) => f.fits);
  const left = Math.max(0, r.downloadBytes - r.storedBytes);
  const tight = r.freeBytes !== null && left > r.freeBytes;
  const onDisk = source.from === 'file';
  return (
    <div className="fit" data-testid="fit">
      <p>
        <b>{r.title}</b> {about?.(r)}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Weights</th>
            <th scope="col" className="n">
              GPU
            </th>
            <th scope="col">Fits?</th>
          </tr>
        </thead>
        <tbody>
          {r.formats.map((f) => (
            <tr key={f.format} className={f.fits ? '' : 'off'}>
              <th scope="row">{f.format}</th>
              <td className="n">{bytes(f.gpuBytes)}</td>
              <td className="how">
                {f.fits ? '✓' : '✗'} {f.how}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="fine">
        {toCome(source.from, r, left)}
        {r.freeBytes !== null && !onDisk && ` ${bytes(r.freeBytes)} free for this page.`}
        {tight && <b> That is not enough room to keep it; it will have to be downloaded again next time.</b>}
        {!fits && <b> In no format does it fit this adapter.</b>}
      </p>
      {r.parts && r.parts.length > 0 && (
        <p className="fine" data-testid="fit-parts">
          In parts: {r.parts.map((part) => `${part.name} ${bytes(part.bytes)}`).join(', ')}.
        </p>
      )}
      {r.remarks?.map((remark) => (
        <p key={remark} className="fine">
          {remark}
        </p>
      ))}
      {r.licence && (
        <p className="fine" data-testid="fit-licence">
          Licence: {r.licence.text}
          {r.licence.link !== null && (
            <>
              {' '}
              <a href={r.licence.link} target="_blank" rel="noreferrer">
                Its terms
              </a>
            </>
          )}
        </p>
      )}
      <p className="buttons">
        <button type="button" className="primary" disabled={!fits} onClick={() => choice.agree(source)}>
          {left > 0 && !onDisk ? `Download and load` : 'Load'}
        </button>
        <button type="button" onClick={() => choice.putAway()}>
          Not now
        </button>
      </p>
    </div>
  );
}
