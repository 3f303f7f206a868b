import { useMemo } from 'react';
import { useStore } from 'zustand';
import { formatKernelChoices } from '../../../../frame/config/kernelChoices.ts';
import { editKernels } from '../../state/experimentStore.ts';
import { catalogue } from '../../state/labStore.ts';
import { cancelTune, resetTuning, tune, tuneStore } from '../../state/tune.ts';
import { useFamilies, useGpu, useKernelDevice, useKernels } from '../hooks.ts';
import { workText } from '../text.ts';
import { Work } from '../Work.tsx';
import { tuningRows } from './rows.ts';
import { FamilyRow } from './FamilyRow.tsx';

/** Which version of each kernel runs on this device, and why; the search; the versions that the reader forces. */
export function TuningView() {
  const families = useFamilies();
  const tuning = useStore(catalogue, (s) => s.tuning);
  const { phase, steps, current } = useStore(tuneStore);
  const overrides = useKernels((e) => e.kernels);
  const gpu = useGpu();
  const { report } = useKernelDevice();
  const rows = useMemo(() => tuningRows(families, tuning, steps, overrides), [families, tuning, steps, overrides]);
  const link = formatKernelChoices(overrides);
  const with_ = link === '' ? '' : `kernels=${link}`;
  return (
    <>
      <div className="controls">
        <p className="summary">
          The quickest version of a kernel depends on the device. A table chooses by its kind until a short search has
          measured the versions at the shapes of the bundled models; what it finds is kept in this browser for this
          adapter and this version of the page.
        </p>
        <Work
          id="tune"
          phase={phase}
          start={tuning ? 'Search again' : 'Search for the quickest (a minute or less)'}
          again="Search again"
          fraction={current ? current.done / Math.max(1, current.of) : null}
          disabled={!gpu}
          text={workText(phase, gpu, {
            running: current ? `${current.family}: ${current.candidates.length} tried` : 'Warming up',
            stopped: 'Stopped; nothing was kept',
          })}
          onStart={() => void tune()}
          onStop={cancelTune}
        />
        <p data-testid="tuning-state">
          {tuning ? (
            <>
              Measured {new Date(tuning.measuredAt).toLocaleString()} on {report?.name ?? tuning.adapter}.{' '}
              <button type="button" className="small" disabled={phase === 'running'} onClick={() => void resetTuning()}>
                Forget it
              </button>
            </>
          ) : (
            'Nothing has been measured for this device: the table chooses.'
          )}
        </p>
        <h3>Open a lab with these versions</h3>
        <ul className="ways">
          <li>
            <a href={`#${with_ || 'model=ring8'}`}>Diffusion lab</a>
          </li>
          <li>
            <a href={`#lab=language${with_ && `&${with_}`}`}>Language lab</a>
          </li>
        </ul>
        <p className="summary">
          {with_ ? (
            <>
              The link carries <code>{with_}</code>: whoever opens it runs these versions.{' '}
              <button type="button" className="small" onClick={() => editKernels({ kernels: {} })}>
                Take all back
              </button>
            </>
          ) : (
            'Force a version in the table, and it goes into the link: whoever opens it runs that version. To find which kernel makes a result wrong or a run slow, force the simplest version of half the families, see whether it stays, and go on with the half that matters.'
          )}
        </p>
      </div>
      <div className="bench">
        <section aria-label="Choices" data-testid="tuning" data-phase={phase}>
          <div className="section-head">
            <h2>Which version runs here</h2>
          </div>
          <div className="scroll-x" tabIndex={0} role="region" aria-label="Choices by family">
            <table className="tuning-table">
              <thead>
                <tr>
                  <th scope="col">Family</th>
                  <th scope="col">Runs here</th>
                  <th scope="col">Force</th>
                  <th scope="col">Table says</th>
                  <th scope="col">
                    The search found
                    <span className="unit">time of all shapes tried, each as often as a model needs it</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <FamilyRow
                    key={row.family}
                    row={row}
                    override={(overrides as Readonly<Record<string, string>>)[row.family] ?? ''}
                    searched={current?.family === row.family}
                    searching={phase === 'running'}
                  />
                ))}
              </tbody>
            </table>
          </div>
        </section>
      </div>
    </>
  );
}
