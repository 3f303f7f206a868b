import { guidanceMenu, type GuidanceId } from '../../../../frame/config/samplerMenus.ts';
import { FieldControl } from '../../../../frame/ui/controls/FieldControl.tsx';
import { Labelled } from '../../../../frame/ui/controls/Labelled.tsx';
import { NumberControl } from '../../../../frame/ui/controls/NumberControl.tsx';
import type { PictureContender } from '../../config/experiment.ts';
import type { guidanceFields } from '../../config/fields.ts';
import { methodsOffered, ownFields } from '../../config/guidance.ts';
import { setGuidance, setGuidanceParam, setMethod } from '../../state/experimentStore.ts';

interface Props {
  readonly name: string;
  readonly index: number;
  readonly contender: PictureContender;
}

const cfg = guidanceMenu.find(({ id }) => id === 'cfg')!;

/** How a contender is guided: the method and, beside it, its weight. */
export function GuidanceControl({
  name,
  index,
  contender: { guide, guidance },
  fields,
  remarks,
}: Props & { readonly fields: ReturnType<typeof guidanceFields>; readonly remarks: readonly string[] }) {
  // One that a link brought stays to be seen.
  const methods = guidanceMenu.filter(({ id }) => methodsOffered.includes(id) || id === guide?.method);
  const method = methods.find(({ id }) => id === guide?.method) ?? cfg;
  return (
    <>
      <div className="timing">
        <Labelled className="choice" label="Method" help={method.summary}>
          {({ id, describedBy }) => (
            <select
              id={id}
              aria-label={`${name}: method of guidance`}
              aria-describedby={describedBy}
              value={guide?.method ?? ''}
              onChange={(e) => setMethod(index, (e.target.value || null) as GuidanceId | null)}
            >
              <option value="">{cfg.title}</option>
              {methods.map((m) => (
                <option key={m.id} value={m.id}>
                  {m.title}
                </option>
              ))}
            </select>
          )}
        </Labelled>
        <NumberControl
          field={fields.guidance}
          name={name}
          value={guidance}
          onChange={(value) => setGuidance(index, { guidance: value })}
        />
      </div>
      {remarks.map((remark) => (
        <p key={remark} className="remark" role="note" data-testid={`guidance-remark-${index}`}>
          {remark}
        </p>
      ))}
    </>
  );
}

/** What a method has of its own. */
export function MethodFields({
  name,
  index,
  contender: { guide },
  readsText,
}: Props & { readonly readsText: boolean }) {
  if (!guide) return null;
  const method = guidanceMenu.find(({ id }) => id === guide.method)!;
  return (
    <>
      {Object.entries(ownFields(guide.method, readsText)).map(([key, field]) => (
        <FieldControl
          key={key}
          field={field}
          name={`${name} guidance`}
          value={guide.params[key] ?? field.default}
          onChange={(value) => setGuidanceParam(index, key, value)}
        />
      ))}
      <p className="summary">
        {method.summary}{' '}
        {method.paper && (
          <a href={method.paper.url} target="_blank" rel="noreferrer">
            Paper
          </a>
        )}
      </p>
    </>
  );
}
