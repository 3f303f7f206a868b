import { useRef, useState } from 'react';
import { refuseDim, sameShape } from '../../config/reconcile.ts';
import { setShape } from '../../state/experimentStore.ts';
import type { FamilyInfo, Shape } from '../../state/types.ts';
import { shapeWords } from '../text.ts';

interface Props {
  readonly family: FamilyInfo;
  readonly shape: Shape;
  onMeasure(): void;
}

/** The named shapes of a family, or numbers of the reader's own. */
export function ShapePicker({ family, shape, onMeasure }: Props) {
  const named = family.shapes.findIndex((s) => sameShape(s.shape, shape));
  /** What was typed, by dimension; what cannot be taken stays to be put right. */
  const [draft, setDraft] = useState<Readonly<Record<string, string>>>({});
  const before = useRef(shape);
  const faultOf = (d: (typeof family.dims)[number]) => {
    const text = draft[d.name];
    return text === undefined ? null : refuseDim(d, /^\d+$/.test(text.trim()) ? Number(text) : undefined);
  };
  const faults = family.dims.flatMap((d) => {
    const because = faultOf(d);
    return because ? [`${d.label} must be ${because}; ${shape[d.name]} stays in force.`] : [];
  });
  // What is measured is the last number that could be taken, not the first digits of one that cannot.
  const edit = (name: string, text: string) => {
    const dim = family.dims.find((d) => d.name === name)!;
    setDraft({ ...draft, [name]: text });
    const taken = /^\d+$/.test(text.trim()) && refuseDim(dim, Number(text)) === null;
    setShape(family, { ...shape, [name]: taken ? Number(text) : before.current[name]! });
  };
  const leave = (name: string) => {
    if (!faultOf(family.dims.find((d) => d.name === name)!))
      setDraft(Object.fromEntries(Object.entries(draft).filter(([key]) => key !== name)));
  };
  return (
    <form
      className="shape-picker"
      aria-label="Shape"
      onSubmit={(e) => {
        e.preventDefault();
        if (faults.length === 0) onMeasure();
      }}
    >
      <label className="stack">
        Shape
        <select
          value={named}
          data-testid="shape"
          onChange={(e) => {
            setDraft({});
            setShape(family, family.shapes[Number(e.target.value)]!.shape);
          }}
        >
          {named < 0 && <option value={-1}>your own: {shapeWords(family, shape)}</option>}
          {family.shapes.map((s, i) => (
            <option key={s.label} value={i}>
              {s.label}
            </option>
          ))}
        </select>
      </label>
      <div className="dims">
        {family.dims.map((d) => (
          <label key={d.name} className="stack" title={`${d.label}: ${refuseDim(d, undefined)}`}>
            {d.label}
            <input
              type="text"
              inputMode="numeric"
              data-dim={d.name}
              value={draft[d.name] ?? String(shape[d.name])}
              aria-invalid={faultOf(d) !== null}
              onFocus={(e) => {
                before.current = shape;
                e.target.select();
              }}
              onChange={(e) => edit(d.name, e.target.value)}
              onBlur={() => leave(d.name)}
              onKeyDown={(e) => {
                if (e.key === 'Escape') setDraft({});
              }}
            />
          </label>
        ))}
      </div>
      {faults.map((f) => (
        <p key={f} className="refusal" role="alert">
          {f}
        </p>
      ))}
      <button type="submit" hidden />
    </form>
  );
}
