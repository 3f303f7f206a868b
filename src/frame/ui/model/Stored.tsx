import { useStore } from 'zustand';
import { parseSource } from '../../../hub/source.ts';
import type { StoredModel } from '../../../hub/types.ts';
import type { ShownChoice } from '../../state/modelChoiceTypes.ts';
import { bytes } from '../format.ts';
import './model.css';

/** The models kept on this machine, and the room that they take. */
export function Stored({ choice }: { readonly choice: ShownChoice }) {
  const stored = useStore(choice.store, (s) => s.stored);
  const used = useStore(choice.store, (s) => s.used);
  const quota = useStore(choice.store, (s) => s.quota);
  if (stored.length === 0) return null;
  return (
    <details className="stored">
      <summary>
        On this machine: {stored.length} {stored.length === 1 ? 'model' : 'models'}, {bytes(used)}
        {quota !== null && ` of ${bytes(quota)}`}
      </summary>
      <ul>
        {stored.map((m) => (
          <StoredRow key={m.key} choice={choice} model={m} />
        ))}
      </ul>
    </details>
  );
}

function StoredRow({ choice, model: m }: { readonly choice: ShownChoice; readonly model: StoredModel }) {
  // What is kept came from the hub, so that no bundled model is among it.
  const source = parseSource(m.key, []);
  return (
    <li>
      {typeof source === 'string' ? (
        <span>{m.title}</span>
      ) : (
        <button
          type="button"
          className="link"
          title="Look whether it fits, and load it"
          onClick={() => void choice.look(source)}
        >
          {m.title}
        </button>
      )}
      <span className="fine">
        {bytes(m.bytes)}
        {!m.complete && ', incomplete'}
      </span>
      <button
        type="button"
        aria-label={`Delete ${m.title} from this machine`}
        onClick={() => void choice.forgetStored(m.key)}
      >
        Delete
      </button>
    </li>
  );
}
