import { useMemo } from 'react';
import type { Contender } from '../../config/experiment.ts';
import type { ModelId } from '../../config/menus.ts';
import { contenderWraps } from '../../state/wraps.ts';
import { useExperiment } from '../hooks.ts';
import WrapList from './WrapList.tsx';

interface Props {
  readonly slot: number;
  /** For whoever hears the page. */
  readonly name: string;
  readonly contender: Contender;
  readonly model: ModelId;
}

/** The wrappers of a contender of the comparison. */
export default function Wraps({ slot, name, contender, model }: Props) {
  const { learned, label } = useExperiment((s) => s.experiment);
  const place = useMemo(() => contenderWraps(slot), [slot]);
  return <WrapList place={place} name={name} contender={contender} on={{ model, learned, label }} />;
}
