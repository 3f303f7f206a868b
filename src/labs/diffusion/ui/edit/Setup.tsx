import { lazy, Suspense, useMemo } from 'react';
import { Labelled } from '../../../../frame/ui/controls/Labelled.tsx';
import { NumberControl } from '../../../../frame/ui/controls/NumberControl.tsx';
import { SeedControl } from '../../../../frame/ui/controls/SeedControl.tsx';
import { modelCard, modelMenu, type ModelId } from '../../config/menus.ts';
import {
  givenClasses,
  isPlane,
  masksOf,
  setupFields,
  sourcesOf,
  taskModels,
  type GivenFrom,
  type MeasureKind,
  type TaskId,
} from '../../config/taskSetup.ts';
import { onOther } from '../../config/taskText.ts';
import { taskTitles } from '../../config/taskWords.ts';
import { patchSetup, setSetup, setupNow } from '../../state/editSession.ts';
import { useSetup } from './hooks.ts';

const PixelPad = lazy(() => import('./PixelPad.tsx'));
const PointPad = lazy(() => import('./PointPad.tsx'));

const help: Readonly<Record<TaskId, string>> = {
  edit: 'Turns samples of one class into another, and asks how much of them is kept.',
  invert: 'Finds the noise that samples come from, and asks whether they come back from it.',
  restore: 'Makes what a measurement hides, and asks whether it fits what was seen.',
};
const masks = { half: 'right half', centre: 'square in the middle', random: 'random pixels', drawn: 'drawn by hand' };

interface ChoiceProps<T extends string | number> {
  readonly label: string;
  readonly help: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  onPick(value: T): void;
}
function Choice<T extends string | number>({ label, help: said, value, options, onPick }: ChoiceProps<T>) {
  return (
    <Labelled className="choice" label={label} help={said}>
      {({ id, describedBy }) => (
        <select
          id={id}
          value={value}
          aria-describedby={describedBy}
          onChange={(e) => onPick(options[e.target.selectedIndex]![0])}
        >
          {options.map(([option, title]) => (
            <option key={option} value={option}>
              {title}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

const classOptions = (classes: readonly string[], none: string): [number, string][] => [
  [-1, none],
  ...classes.map((name, i): [number, string] => [i, name]),
];

/** What is given and what is to be made of it. */
export function Setup() {
  const { setup: s } = useSetup();
  const card = modelCard(s.model);
  const fields = useMemo(() => setupFields(s.model), [s.model]);
  const plane = isPlane(s.model);
  const words: Readonly<Record<GivenFrom, string>> = {
    data: plane ? 'real samples' : 'real pictures',
    model: 'own samples',
    pad: plane ? 'drawn points' : 'a drawing',
  };
  const given = givenClasses(s.model);
  return (
    <section className="shared edit-setup" aria-label="What is given, and what is to be made of it">
      <div className="pair">
        <Choice<TaskId>
          label="Task"
          help={help[s.task]}
          value={s.task}
          options={(['edit', 'restore', 'invert'] as const).map((t) => [t, taskTitles[t]])}
          onPick={(task) => setSetup(onOther(setupNow(), task, s.model))}
        />
        <Choice<ModelId>
          label="Model"
          help={card.summary}
          value={s.model}
          options={taskModels.map((id) => [id, modelMenu.find((m) => m.id === id)!.title])}
          onPick={(model) => setSetup(onOther(setupNow(), s.task, model))}
        />
      </div>
      <p className="summary">{help[s.task]}</p>
      <div className="pair">
        <Choice
          label="Given"
          help="Real: from the target or the bundled set. Own: made by the model. Or drawn by you."
          value={s.from}
          options={sourcesOf(s.model).map((f) => [f, words[f]])}
          onPick={(from) => patchSetup({ from })}
        />
        {given.length > 0 && s.from !== 'pad' && (
          <Choice
            label={s.task === 'edit' ? 'Source class' : 'Class'}
            help="The class of what is given; methods that ask for it are told."
            value={s.source}
            options={classOptions(given, 'any')}
            onPick={(source) => patchSetup({ source })}
          />
        )}
        {given.length > 0 && s.from === 'pad' && card.classes.length > 0 && (
          <Choice
            label="Drawn as"
            help="The class that your drawing is of, for the methods that ask for it."
            value={s.source}
            options={classOptions(card.classes, 'no class')}
            onPick={(source) => patchSetup({ source })}
          />
        )}
      </div>
      {s.from === 'pad' && (
        <Suspense fallback={null}>
          {plane ? (
            <PointPad />
          ) : (
            <PixelPad
              what="drawing"
              text={s.drawing}
              model={s.model}
              onChange={(drawing, gesture) => setSetup({ ...setupNow(), drawing }, gesture)}
            />
          )}
        </Suspense>
      )}
      <div className="pair">
        {!(plane && s.from === 'pad') && (
          <NumberControl field={fields.samples} value={s.samples} onChange={(samples) => patchSetup({ samples })} />
        )}
        <SeedControl field={fields.seed} value={s.seed} onChange={(seed) => patchSetup({ seed })} />
      </div>
      {s.task !== 'invert' && card.classes.length > 0 && (
        <div className="pair">
          <Choice
            label={s.task === 'edit' ? 'Target class' : 'Restore as'}
            help={s.task === 'edit' ? 'What it should become.' : 'The class that the model is told while it restores.'}
            value={s.target}
            options={classOptions(card.classes, 'no class')}
            onPick={(target) => patchSetup({ target })}
          />
          <NumberControl field={fields.guidance} value={s.guidance} onChange={(guidance) => patchSetup({ guidance })} />
        </div>
      )}
      {s.task === 'restore' && <Measure />}
    </section>
  );
}

/** How a restoration sees what is given. */
function Measure() {
  const { setup: s } = useSetup();
  const fields = useMemo(() => setupFields(s.model), [s.model]);
  return (
    <>
      {isPlane(s.model) ? (
        <p className="summary">Of each point the first coordinate is seen, with noise; the second is hidden.</p>
      ) : (
        <div className="pair">
          <Choice<MeasureKind>
            label="Seen"
            help="Through a mask, or every two by two pixels as their mean."
            value={s.measure}
            options={[
              ['mask', 'through a mask'],
              ['pool', 'half as large'],
            ]}
            onPick={(measure) => patchSetup({ measure })}
          />
          {s.measure === 'mask' && (
            <Choice
              label="Hidden"
              help="What the mask hides."
              value={s.mask}
              options={masksOf(s.model).map((m) => [m, masks[m]])}
              onPick={(mask) => patchSetup({ mask })}
            />
          )}
        </div>
      )}
      {s.measure === 'mask' && s.mask === 'drawn' && (
        <Suspense fallback={null}>
          <PixelPad
            what="mask"
            text={s.maskDrawn}
            model={s.model}
            onChange={(maskDrawn, gesture) => setSetup({ ...setupNow(), maskDrawn }, gesture)}
          />
        </Suspense>
      )}
      <div className="pair">
        {s.measure === 'mask' && s.mask === 'random' && (
          <NumberControl field={fields.hidden} value={s.hidden} onChange={(hidden) => patchSetup({ hidden })} />
        )}
        <NumberControl field={fields.noise} value={s.noise} onChange={(noise) => patchSetup({ noise })} />
      </div>
    </>
  );
}
