import type { ReactNode } from 'react';
import { agree, putAway } from '../../state/model.ts';
import type { ModelState } from '../../state/modelStore.ts';
import { count } from '../text.ts';
import { bytes } from '../../../../frame/ui/format.ts';

type Offer = NonNullable<ModelState['offer']>;

/** How much is still to be read or downloaded. */
function toCome({ source, report: r }: Offer, left: number): ReactNode {
  if (source.from === 'file') return `${bytes(r.downloadBytes)} to read.`;
  if (left === 0) return 'All of it is on this machine already.';
  return (
    <>
      {bytes(left)} to download{r.storedBytes > 0 && `, ${bytes(r.storedBytes)} is here already`}.
    </>
  );
}

/** What a model would need here, before anything of it is downloaded. */
export function FitTable({ offer }: { offer: Offer }) {
  const { source, report: r } = offer;
  const fits = r.formats.some((f) => f.fits);
  const left = Math.max(0, r.downloadBytes - r.storedBytes);
  const tight = r.freeBytes !== null && left > r.freeBytes;
  return (
    <div className="fit" data-testid="fit">
      <p>
        <b>{r.title}</b> {r.architecture}, {count(r.parameters)} weights
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
        {toCome(offer, left)}
        {r.freeBytes !== null && source.from !== 'file' && ` ${bytes(r.freeBytes)} free for this page.`}
        {tight && <b> That is not enough room to keep it; it will have to be downloaded again next time.</b>}
        {!fits && <b> In no format does it fit this adapter.</b>}
      </p>
      <p className="buttons">
        <button type="button" className="primary" disabled={!fits} onClick={() => agree(source)}>
          {left > 0 && source.from !== 'file' ? `Download and load` : 'Load'}
        </button>
        <button type="button" onClick={putAway}>
          Not now
        </button>
      </p>
    </div>
  );
}
