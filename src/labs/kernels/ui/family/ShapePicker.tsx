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
  const [draft, setDraft] = useState<Readonly<Record<string, string>>>({});
  const [kept, setKept] = useState<readonly string[]>([]);
  const before = useRef(shape);
  const faults = family.dims.flatMap((d) => {
    const text = draft[d.name];
    const because = text === undefined ? null : refuseDim(d, /^\d+$/.test(text.trim()) ? Number(text) : undefined);
    return because ? [`${d.label} must be ${because}.`] : [];
  });
  const edit = (name: string, text: string) => {
    const dim = family.dims.find((d) => d.name === name)!;
    setDraft({ ...draft, [name]: text });
    setKept([]);
    if (/^\d+$/.test(text.trim()) && refuseDim(dim, Number(text)) === null)
      setShape(family, { ...shape, [name]: Number(text) });
  };
  // What is measured is what stands in the fields: a refused number gives way to the one before it (not to its own
  // first digits), and is told of.
  const leave = () => {
    if (faults.length > 0) setShape(family, before.current);
    setKept(faults.map((f) => f.replace(/\.$/, '; the number before it is kept.')));
    setDraft({});
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
            setKept([]);
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
              aria-invalid={draft[d.name] !== undefined && refuseDim(d, Number(draft[d.name] || NaN)) !== null}
              onFocus={(e) => {
                before.current = shape;
                e.target.select();
              }}
              onChange={(e) => edit(d.name, e.target.value)}
              onBlur={() => (faults.length > 0 || kept.length === 0) && leave()}
            />
          </label>
        ))}
      </div>
      {(faults.length > 0 ? faults : kept).map((f) => (
        <p key={f} className="refusal" role="alert">
          {f}
        </p>
      ))}
      <button type="submit" hidden />
    </form>
  );
}
