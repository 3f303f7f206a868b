import { useState } from 'react';
import { useStore } from 'zustand';
import { samplesField } from '../../config/fields.ts';
import { cancelMeasure, measure, runnable } from '../../state/measure.ts';
import { rooflineStore } from '../../state/roofline.ts';
import type { Phase } from '../../state/types.ts';
import { editKernels } from '../../state/experimentStore.ts';
import { NumberControl } from '../../../../frame/ui/controls/NumberControl.tsx';
import { useFamily, useGpu, useKernelDevice, useKernels, useMeasured } from '../hooks.ts';
import { counted } from '../text.ts';
import { Work } from '../Work.tsx';
import { FamilyPicker } from './FamilyPicker.tsx';
import { ShapePicker } from './ShapePicker.tsx';
import { SourceView } from './SourceView.tsx';
import { VersionTable } from './VersionTable.tsx';

function startText(runnable: number, all: number): string {
  if (runnable === 0) return 'Measure';
  if (runnable !== all) return `Measure ${counted(runnable, 'version')}`;
  return all === 1 ? 'Measure it' : `Measure all ${all} versions`;
}

function measureText(phase: Phase, waiting: readonly string[], gpu: boolean): string {
  if (phase === 'cancelled') return 'Stopped';
  if (phase !== 'running') return gpu ? '' : 'No GPU to measure';
  return waiting.length > 0 ? `${waiting[0]} is checked, then timed; ${waiting.length} to go` : 'Finishing';
}

/** One family: what it computes, at which shape, how fast and how right each version is, and its source. */
export function FamilyView() {
  const now = useFamily();
  const versions = useKernels((e) => e.versions);
  const samples = useKernels((e) => e.samples);
  const gpu = useGpu();
  const { phase: device } = useKernelDevice();
  const phase = useMeasured((s) => s.phase);
  const waiting = useMeasured((s) => s.waiting);
  const of = useMeasured((s) => s.of);
  const limits = useStore(rooflineStore);
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>({});
  if (!now)
    return (
      <div className="bench">
        <p className="empty">
          {device === 'starting'
            ? 'Asking the browser for its GPU…'
            : 'The kernels are listed when the page has a GPU to run them on: open it in a browser with WebGPU (Chrome, Edge, or a recent Firefox or Safari), or try again from the notice above.'}
        </p>
      </div>
    );
  const { family, shape } = now;
  const list = runnable(family, versions);
  const source =
    family.versions.find((v) => v.id === chosen[family.id]) ??
    family.versions.find((v) => v.chosen) ??
    family.versions.find((v) => v.lacks.length === 0) ??
    family.versions[0]!;
  return (
    <>
      <div className="controls">
        <FamilyPicker family={family} />
        <ShapePicker key={family.id} family={family} shape={shape} onMeasure={() => void measure()} />
        <NumberControl field={samplesField} value={samples} onChange={(n) => editKernels({ samples: n })} />
        <Work
          id="measure"
          phase={phase}
          start={startText(list.length, family.versions.length)}
          disabled={!gpu || list.length === 0}
          fraction={phase === 'running' && waiting.length < of ? 1 - waiting.length / of : null}
          text={
            measureText(phase, waiting, gpu) ||
            (limits.phase === 'running' ? `First, the device’s own limits: ${limits.done} of ${limits.of || '…'}` : '')
          }
          onStart={() => void measure()}
          onStop={cancelMeasure}
        />
      </div>
      <div className="bench">
        <section className="family" aria-label={family.title}>
          <div className="section-head">
            <h2>{family.title}</h2>
            <code className="fine">{family.id}</code>
          </div>
          <p className="claim">{family.summary}</p>
          <VersionTable
            family={family}
            shape={shape}
            source={source.id}
            onSource={(id) => setChosen({ ...chosen, [family.id]: id })}
          />
        </section>
        <SourceView
          family={family}
          version={source}
          shape={shape}
          onVersion={(id) => setChosen({ ...chosen, [family.id]: id })}
        />
      </div>
    </>
  );
}
