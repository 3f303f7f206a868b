import { forgetStored, look } from '../../state/model.ts';
import type { StoredModel } from '../../state/types.ts';
import { parseSource } from '../../../../hub/source.ts';
import { useModel } from '../hooks.ts';
import { bytes } from '../../../../frame/ui/format.ts';

/** The models kept on this machine, and the room that they take. */
export function Stored() {
  const stored = useModel((s) => s.stored);
  const used = useModel((s) => s.used);
  const quota = useModel((s) => s.quota);
  if (stored.length === 0) return null;
  return (
    <details className="stored">
      <summary>
        On this machine: {stored.length} {stored.length === 1 ? 'model' : 'models'}, {bytes(used)}
        {quota !== null && ` of ${bytes(quota)}`}
      </summary>
      <ul>
        {stored.map((m) => (
          <StoredRow key={m.key} model={m} />
        ))}
      </ul>
    </details>
  );
}

function StoredRow({ model: m }: { model: StoredModel }) {
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
          onClick={() => void look(source)}
        >
          {m.title}
        </button>
      )}
      <span className="fine">
        {bytes(m.bytes)}
        {!m.complete && ', incomplete'}
      </span>
      <button type="button" aria-label={`Delete ${m.title} from this machine`} onClick={() => void forgetStored(m.key)}>
        Delete
      </button>
    </li>
  );
}
