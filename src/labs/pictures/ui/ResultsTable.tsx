import { useMemo } from 'react';
import { compact } from '../../../frame/ui/format.ts';
import { FiguresTable, type Column } from '../../../frame/ui/table/FiguresTable.tsx';
import { guidanceKey } from '../config/guidance.ts';
import { frames } from '../state/frames.ts';
import { setView } from '../state/viewStore.ts';
import { summaryOf, verdictsOf } from './figures.ts';
import { useExperiment, useNames, useRun, useView } from './hooks.ts';

/** The run's figures: evaluations, where the time goes, and how far the pictures are from the many-step solution. */
export function ResultsTable() {
  const slots = useExperiment((s) => s.slots);
  const contenders = useExperiment((s) => s.experiment.contenders);
  const results = useRun((s) => s.results);
  const highlighted = useView((s) => s.highlighted);
  const { titles, rests } = useNames();
  const columns = useMemo((): readonly Column[] => {
    const verdicts = verdictsOf(
      slots.map((slot) => results[slot]),
      // Contenders that are guided alike have one solution.
      contenders.map(guidanceKey),
    );
    const reference = Object.values(results).find((r) => r.errors)?.referenceSteps ?? 0;
    const cost = (read: (r: (typeof results)[number]) => number | null) => (slot: number) => {
      const r = results[slot];
      return r ? read(r) : null;
    };
    // As diffusers, a start picture leaves out the first steps.
    const steps = (slot: number) =>
      (results[slot] ? frames.get(slot)?.steps : null) ?? contenders[slots.indexOf(slot)]?.steps ?? null;
    const column = (
      id: string,
      head: string,
      unit: string,
      help: string,
      rest: Pick<Column, 'digits' | 'bar' | 'value'>,
    ): Column => ({
      id,
      head,
      unit,
      help,
      ...rest,
    });
    return [
      column('steps', 'Steps', '', 'Steps of the sampler', { digits: 0, bar: false, value: steps }),
      column('nfe', 'NFE', '', 'Evaluations of the denoiser', {
        digits: 0,
        bar: false,
        value: cost((r) => r.cost.nfe),
      }),
      column('passes', 'Passes', 'per picture', 'Runs of the network: an evaluation with guidance takes two', {
        digits: 0,
        bar: true,
        value: cost((r) => r.cost.passes),
      }),
      column('step', 'Step', 'ms', 'Wall time of a step, all pictures together', {
        digits: 3,
        bar: false,
        value: (slot) => {
          const r = results[slot];
          const n = steps(slot);
          return r && n ? r.cost.wallMs / n : null;
        },
      }),
      column('wall', 'All steps', 'ms', 'Wall time of all steps of all pictures', {
        digits: 3,
        bar: true,
        value: cost((r) => r.cost.wallMs),
      }),
      column('gpu', 'of it GPU', 'ms', 'Time on the GPU’s own clock; the rest is waiting and recording', {
        digits: 3,
        bar: false,
        value: cost((r) => r.cost.gpuMs),
      }),
      column('decode', 'Decode', 'ms', 'From latents to pictures by the autoencoder; loading it included', {
        digits: 3,
        bar: false,
        value: cost((r) => r.cost.decodeMs),
      }),
      {
        ...column(
          'error',
          'Error',
          reference > 0 ? `to ${reference} steps` : '',
          'Distance of the latents to the many-step solution from the same noise and guidance, relative to its size; mean over pictures with its 95 % interval',
          {
            digits: 3,
            bar: true,
            value: (slot) => (results[slot]?.errors ? summaryOf(results[slot].errors).mean : null),
          },
        ),
        more: (slot) => {
          const errors = results[slot]?.errors;
          const half = errors ? summaryOf(errors).half : null;
          const verdict = verdicts[slots.indexOf(slot)];
          return (
            <>
              {half !== null && <span className="fine"> ± {compact(half, 2)}</span>}
              {(verdict === 'best' || verdict === 'tied') && (
                <span
                  className="fine verdict"
                  title={
                    verdict === 'best'
                      ? 'The smallest error on this noise'
                      : 'Cannot be told from the smallest error with these pictures (95 %)'
                  }
                >
                  {verdict === 'best' ? ' best' : ' ≈ best'}
                </span>
              )}
            </>
          );
        },
        none: (slot) => {
          const r = results[slot];
          if (r?.stochastic)
            return {
              text: 'not defined',
              why: 'It draws fresh noise, so the same start has no one right end and a paired error is not defined',
            };
          return r?.unmeasured == null
            ? null
            : { text: 'no solution', why: `The many-step solution could not be computed: ${r.unmeasured}` };
        },
      },
    ];
  }, [slots, contenders, results]);
  return (
    <FiguresTable
      columns={columns}
      slots={slots}
      titles={titles}
      rests={rests}
      highlighted={highlighted}
      onHighlight={(slot) => setView({ highlighted: slot })}
    />
  );
}
