import { useId, useState } from 'react';
import { useStore } from 'zustand';
import { parseSource, repoOfAddress, type ModelSource } from '../../../hub/source.ts';
import type { ShownChoice } from '../../state/modelChoiceTypes.ts';
import './model.css';

export interface HubFormProps {
  readonly choice: ShownChoice;
  /** The experiment's model: a repository fills the form. */
  readonly source: ModelSource;
  readonly suggested: readonly string[];
  /** An example of a file's name, where a model may be one file of a repository. */
  readonly file?: string;
}

/** A model by the name of its repository; asked about before it is downloaded. */
export function HubForm({ choice, source: model, suggested, file: example }: HubFormProps) {
  const hub = model.from === 'hub' ? model : null;
  const asking = useStore(choice.store, (s) => s.phase === 'asking');
  const list = useId();
  const [repo, setRepo] = useState(hub?.repo ?? '');
  const [revision, setRevision] = useState(hub?.revision ?? 'main');
  const [file, setFile] = useState(hub?.file ?? '');
  const source = parseSource(
    `hub:${repo.trim()}@${revision.trim() || 'main'}${file.trim() === '' ? '' : `:${file.trim()}`}`,
    [],
  );
  const type = (text: string) => {
    const address = repoOfAddress(text);
    setRepo(address?.repo ?? text);
    if (address?.revision) setRevision(address.revision);
    // What was said of another name is not about this one.
    choice.putAway();
  };
  const fault = repo.trim() !== '' && typeof source === 'string' ? source : null;
  return (
    <form
      className="hub"
      onSubmit={(e) => {
        e.preventDefault();
        if (typeof source !== 'string') void choice.look(source);
      }}
    >
      <label>
        Repository
        <input
          type="text"
          list={list}
          spellCheck={false}
          autoCapitalize="off"
          placeholder="owner/name"
          value={repo}
          aria-invalid={fault !== null}
          onChange={(e) => type(e.target.value)}
        />
      </label>
      <datalist id={list}>
        {suggested.map((s) => (
          <option key={s} value={s} />
        ))}
      </datalist>
      {fault && (
        <p className="refusal" role="alert">
          {fault}
        </p>
      )}
      <details>
        <summary>{example === undefined ? 'Revision, token' : 'Revision, file, token'}</summary>
        <div className="fields">
          <label>
            Revision
            <input type="text" spellCheck={false} value={revision} onChange={(e) => setRevision(e.target.value)} />
          </label>
          {example !== undefined && (
            <label>
              One file
              <input
                type="text"
                spellCheck={false}
                placeholder={`e.g. ${example}`}
                value={file}
                onChange={(e) => setFile(e.target.value)}
              />
            </label>
          )}
          <label className="wide">
            Access token, for private and gated models
            <input type="password" autoComplete="off" onChange={(e) => choice.setToken(e.target.value)} />
          </label>
          <p className="summary">The token stays in this page’s memory: not in the link, not on the disk.</p>
        </div>
      </details>
      <div className="buttons">
        <button type="submit" disabled={typeof source === 'string' || asking}>
          {asking ? 'Looking…' : 'Does it fit here?'}
        </button>
        {asking && (
          <button type="button" onClick={choice.putAway}>
            Cancel
          </button>
        )}
      </div>
    </form>
  );
}
