import { useStore } from 'zustand';
import { FieldControl } from '../../../../frame/ui/controls/FieldControl.tsx';
import { Labelled } from '../../../../frame/ui/controls/Labelled.tsx';
import { SeedControl } from '../../../../frame/ui/controls/SeedControl.tsx';
import type { AnyField } from '../../../../core/field.ts';
import { onModel } from '../../config/rowed.ts';
import type { RowedSession } from '../../state/rowedSession.ts';
import { rowedTexts } from '../../state/rowedText.ts';

/** What is under edit in a view, as it reads. */
export const useReading = (session: RowedSession<never>) =>
  session.reading(useStore(rowedTexts[session.view].store, (s) => s.experiment.text));

/** The model and what all rows share. */
export function RowedSetup({ session, says }: { readonly session: RowedSession<never>; readonly says: string }) {
  const { kind } = session;
  const { setup: s } = useReading(session);
  const model = kind.models.find(({ id }) => id === s.model)!;
  const set = (key: string, value: string | number | boolean) =>
    session.set({ ...session.reading().setup, values: { ...session.reading().setup.values, [key]: value } }, key);
  const control = ([key, field]: readonly [string, AnyField]) =>
    key === 'seed' && field.kind === 'number' ? (
      <SeedControl key={key} field={field} value={Number(s.values[key])} onChange={(seed) => set(key, seed)} />
    ) : (
      <FieldControl key={key} field={field} value={s.values[key] ?? field.default} onChange={(v) => set(key, v)} />
    );
  return (
    <section className="shared" aria-label="Shared settings">
      <div className="section-head">
        <h2>{kind.title}</h2>
      </div>
      <p className="summary">{says}</p>
      <div className="fields">
        <Labelled className="choice wide" label="Model" help={model.summary}>
          {({ id, describedBy }) => (
            <select
              id={id}
              value={s.model}
              aria-describedby={describedBy}
              onChange={(e) => session.set(onModel(kind, session.reading().setup, e.target.value))}
            >
              {kind.models.map((m) => (
                <option key={m.id} value={m.id}>
                  {m.title}
                </option>
              ))}
            </select>
          )}
        </Labelled>
        {Object.entries(kind.fields(s.model)).map(control)}
      </div>
    </section>
  );
}
