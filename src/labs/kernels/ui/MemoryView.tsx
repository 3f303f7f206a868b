import { useEffect } from 'react';
import { useStore } from 'zustand';
import { allLabs } from '../../../frame/state/labStore.ts';
import { heldMemory, readHeldMemory, sumOf } from '../../../frame/state/memory.ts';
import { useKernelDevice } from './hooks.ts';
import { counted } from './text.ts';
import { bytes } from '../../../frame/ui/format.ts';

const EVERY_MS = 1000;

/** What each open lab holds on the GPU, and for whom. */
export function MemoryView() {
  const labs = allLabs();
  const held = useStore(heldMemory, (s) => s.labs);
  const peaks = useStore(heldMemory, (s) => s.most);
  const { report } = useKernelDevice();
  useEffect(() => {
    const read = () => void (document.hidden || readHeldMemory());
    read();
    const timer = setInterval(read, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const sums = labs.map(({ id: lab }) => sumOf(held[lab]));
  const most = Math.max(1, ...labs.flatMap(({ id: lab }) => Object.values(held[lab]?.owners ?? {})));
  return (
    <div className="bench">
      <section aria-label="GPU memory" data-testid="memory">
        <div className="section-head">
          <h2>GPU memory by owner</h2>
          <span className="fine">{bytes(sums.reduce((a, b) => a + b, 0))} in all, read once a second</span>
        </div>
        <p className="summary">
          Every buffer is created with an owner, and counted until it is destroyed. Each lab has a worker and a device
          of its own, from the moment when it is first opened. What a lab measures is freed with the measurement; models
          stay while their lab holds them.
        </p>
        {report?.backend === 'webgpu' && (
          <p data-testid="memory-limits">
            One buffer holds at most <b>{bytes(report.maxBindingBytes)}</b> on this device; how much there is in all, no
            browser tells.
          </p>
        )}
        {labs.map(({ id: lab, title }, i) => (
          <LabMemory key={lab} title={title} held={held[lab]} sum={sums[i]!} peak={peaks[lab] ?? 0} most={most} />
        ))}
      </section>
    </div>
  );
}

interface Props {
  readonly title: string;
  readonly held: ReturnType<typeof heldMemory.getState>['labs'][string] | undefined;
  readonly sum: number;
  /** The most that it was seen to hold. */
  readonly peak: number;
  /** Bytes of the largest owner of all labs: the full width of a bar. */
  readonly most: number;
}
function LabMemory({ title, held, sum, peak, most }: Props) {
  const owners = Object.entries(held?.owners ?? {})
    .filter(([, n]) => n > 0)
    .sort((a, b) => b[1] - a[1]);
  return (
    <div className="memory-lab">
      <h3>
        {title}{' '}
        <span className="fine">
          {held
            ? `${bytes(sum)} in ${counted(held.buffers, 'buffer')}`
            : 'not open in this tab, or computing without a GPU: nothing is held'}
          {peak > sum && `; ${bytes(peak)} at most while it was looked at`}
        </span>
      </h3>
      {held && owners.length === 0 && (
        <p className="fine">
          Buffers live while something runs; what is measured is freed with it. Start something in another view, or open
          another lab, and look again.
        </p>
      )}
      {owners.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Owner</th>
              <th scope="col" className="n">
                Bytes
              </th>
              <th scope="col" aria-hidden="true" />
            </tr>
          </thead>
          <tbody>
            {owners.map(([owner, n]) => (
              <OwnerRow key={owner} owner={owner} bytes={n} percent={(100 * n) / most} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

const OwnerRow = ({ owner, bytes: n, percent }: { owner: string; bytes: number; percent: number }) => (
  <tr>
    <th scope="row">{owner}</th>
    <td className="n">{bytes(n)}</td>
    <td className="meter-cell">
      <span className="meter" style={{ width: `${percent}%` }} />
    </td>
  </tr>
);
