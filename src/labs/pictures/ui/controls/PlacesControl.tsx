import { useMemo } from 'react';
import { Labelled } from '../../../../frame/ui/controls/Labelled.tsx';
import { useDraft } from '../../../../frame/ui/controls/useDraft.ts';
import type { PictureContender } from '../../config/experiment.ts';
import { levelsOfPlaces, placedScheduler, placesOfLevels } from '../../engine/places.ts';
import { setSchedule, setSigmas } from '../../state/experimentStore.ts';

interface Props {
  readonly name: string;
  readonly index: number;
  readonly contender: PictureContender;
  readonly schedulerBytes: Uint8Array;
}

/** The levels of a consistency model by their places, as diffusers’ `timesteps`; nothing for other models. */
export function PlacesControl({ name, index, contender: c, schedulerBytes }: Props) {
  const config = useMemo(() => placedScheduler(schedulerBytes), [schedulerBytes]);
  const places = config && c.schedule === 'explicit' ? placesOfLevels(c.sigmas, config) : '';
  const draft = useDraft<readonly number[]>(typeof places === 'string' ? [] : c.sigmas, {
    format: (sigmas) => (config && sigmas.length > 0 ? [placesOfLevels(sigmas, config)].flat().join(', ') : ''),
    read(text) {
      const levels = config && text.trim() !== '' ? levelsOfPlaces(text, config) : [];
      return typeof levels === 'string' ? new Error(levels) : levels;
    },
    onChange: (sigmas) => (sigmas.length > 0 ? setSigmas(index, sigmas) : setSchedule(index, 'karras')),
  });
  if (!config) return null;
  return (
    <Labelled
      className="wide"
      label="Places"
      help={`The levels by their places in the model’s list of ${config.trainSteps}, as timesteps of diffusers: whole numbers that fall to 0, the highest level. Empty for levels by the schedule.`}
      problem={draft.problem}
    >
      {({ id, describedBy }) => (
        <input
          id={id}
          type="text"
          placeholder="by the schedule; e.g. 22, 0"
          aria-label={`${name}: places of the levels`}
          aria-describedby={describedBy}
          aria-invalid={draft.problem !== null}
          spellCheck={false}
          value={draft.text}
          onBlur={draft.leave}
          onKeyDown={(e) => draft.onKey(e.key)}
          onChange={(e) => draft.type(e.target.value)}
        />
      )}
    </Labelled>
  );
}
