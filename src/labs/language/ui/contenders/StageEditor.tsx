import type { ChainLink } from '../../config/experiment.ts';
import { stageItem } from '../../config/menus.ts';
import { removeStage, setStageParam } from '../../state/experimentStore.ts';
import { FieldControl } from '../../../../frame/ui/controls/FieldControl.tsx';

interface Props {
  readonly index: number;
  readonly name: string;
  readonly at: number;
  readonly last: number;
  readonly link: ChainLink;
  onMove(to: number): void;
  onRemoved(): void;
}

/** The parameters of one stage, and its place in the chain. */
export function StageEditor({ index, name, at, last, link, onMove, onRemoved }: Props) {
  const item = stageItem(link.stage);
  return (
    <div className="stage-editor">
      <div className="fields">
        {Object.entries(item.fields).map(([key, field]) => (
          <FieldControl
            key={key}
            field={field}
            name={`${name} ${item.title}`}
            value={link.params[key] ?? field.default}
            onChange={(v) => setStageParam(index, at, key, v)}
          />
        ))}
        <p className="summary">
          {item.summary}{' '}
          {item.paper && (
            <a href={item.paper.url} target="_blank" rel="noreferrer">
              Paper
            </a>
          )}
        </p>
      </div>
      <div className="buttons">
        <button
          type="button"
          aria-label={`${item.title}: earlier in the chain`}
          disabled={at === 0}
          onClick={() => onMove(at - 1)}
        >
          ← Earlier
        </button>
        <button
          type="button"
          aria-label={`${item.title}: later in the chain`}
          disabled={at === last}
          onClick={() => onMove(at + 1)}
        >
          Later →
        </button>
        <button
          type="button"
          aria-label={`${item.title}: remove from the chain`}
          onClick={() => {
            removeStage(index, at);
            onRemoved();
          }}
        >
          Remove
        </button>
      </div>
    </div>
  );
}
