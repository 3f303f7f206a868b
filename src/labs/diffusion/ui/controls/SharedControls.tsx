import { lazy, Suspense, useMemo, useState } from 'react';
import { experimentFields } from '../../config/fields.ts';
import { modelCard, modelMenu, wholeWithoutClass, type ModelId } from '../../config/menus.ts';
import { editShared, setModel } from '../../state/experimentStore.ts';
import { useExperiment } from '../hooks.ts';
import { ClassControl } from './ClassControl.tsx';
import { FieldControl } from '../../../../frame/ui/controls/FieldControl.tsx';
import { Labelled } from '../../../../frame/ui/controls/Labelled.tsx';
import { NumberControl } from '../../../../frame/ui/controls/NumberControl.tsx';
import { SeedControl } from '../../../../frame/ui/controls/SeedControl.tsx';

const BudgetsControl = lazy(async () => ({ default: (await import('./BudgetsControl.tsx')).BudgetsControl }));

const groups = [
  { label: 'Points in the plane', ids: modelMenu.filter((m) => modelCard(m.id).shape.kind === 'point') },
  { label: 'Images', ids: modelMenu.filter((m) => modelCard(m.id).shape.kind === 'image') },
];

/** What all contenders share: the model, the noise, how many samples. */
export function SharedControls() {
  const e = useExperiment((s) => s.experiment);
  const card = modelCard(e.model);
  const fields = useMemo(() => experimentFields(e.model), [e.model]);
  const classed = card.classes.length > 0 && !(wholeWithoutClass(card) && e.learned);
  const [sweep, setSweep] = useState(false);
  return (
    <section className="shared" aria-label="Shared by all contenders">
      <Labelled className="choice" label="Model" help={card.summary}>
        {({ id, describedBy }) => (
          <select
            id={id}
            value={e.model}
            aria-describedby={describedBy}
            onChange={(event) => setModel(event.target.value as ModelId)}
          >
            {groups.map((g) => (
              <optgroup key={g.label} label={g.label}>
                {g.ids.map((m) => (
                  <option key={m.id} value={m.id}>
                    {m.title}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        )}
      </Labelled>
      <p className="summary">{card.summary}</p>
      {card.learned && (
        <FieldControl field={fields.learned} value={e.learned} onChange={(v) => editShared({ learned: v === true })} />
      )}
      <div className="pair">
        <NumberControl field={fields.samples} value={e.samples} onChange={(samples) => editShared({ samples })} />
        <SeedControl field={fields.seed} value={e.seed} onChange={(seed) => editShared({ seed })} />
      </div>
      {(card.guidance || classed) && (
        <div className="pair">
          {card.guidance && (
            <NumberControl
              field={fields.guidance}
              value={e.guidance}
              onChange={(guidance) => editShared({ guidance })}
            />
          )}
          {classed && (
            <ClassControl
              classes={card.classes}
              none={wholeWithoutClass(card) ? 'All of the target' : 'Every class in turn'}
              help={fields.label.help}
              value={e.label}
            />
          )}
        </div>
      )}
      <details onToggle={(event) => setSweep(event.currentTarget.open)}>
        <summary>Sweep for the charts</summary>
        <div className="fields">
          <NumberControl field={fields.seeds} value={e.seeds} onChange={(seeds) => editShared({ seeds })} />
          {sweep && (
            <Suspense fallback={null}>
              <BudgetsControl />
            </Suspense>
          )}
        </div>
      </details>
    </section>
  );
}
