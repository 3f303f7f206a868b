import { useState } from 'react';
import { parseSource } from '../../../../hub/source.ts';
import { look, setToken } from '../../state/model.ts';
import { useLanguage, useModel } from '../hooks.ts';

const SUGGESTED = [
  'HuggingFaceTB/SmolLM2-135M',
  'HuggingFaceTB/SmolLM2-135M-Instruct',
  'openai-community/gpt2',
  'Qwen/Qwen3-0.6B',
  'Qwen/Qwen2.5-0.5B-Instruct',
  'TinyLlama/TinyLlama-1.1B-Chat-v1.0',
];

/** A model by the name of its repository; asked about before it is downloaded. */
export function HubForm() {
  const model = useLanguage((s) => s.experiment.model);
  const hub = model.from === 'hub' ? model : null;
  const asking = useModel((s) => s.phase === 'asking');
  const [repo, setRepo] = useState(hub?.repo ?? '');
  const [revision, setRevision] = useState(hub?.revision ?? 'main');
  const [file, setFile] = useState(hub?.file ?? '');
  const source = parseSource(
    `hub:${repo.trim()}@${revision.trim() || 'main'}${file.trim() === '' ? '' : `:${file.trim()}`}`,
    [],
  );
  const fault = repo.trim() !== '' && typeof source === 'string' ? source : null;
  return (
    <form
      className="hub"
      onSubmit={(e) => {
        e.preventDefault();
        if (typeof source !== 'string') void look(source);
      }}
    >
      <label>
        Repository
        <input
          type="text"
          list="hub-suggested"
          spellCheck={false}
          autoCapitalize="off"
          placeholder="owner/name"
          value={repo}
          aria-invalid={fault !== null}
          onChange={(e) => setRepo(e.target.value)}
        />
      </label>
      <datalist id="hub-suggested">
        {SUGGESTED.map((s) => (
          <option key={s} value={s} />
        ))}
      </datalist>
      {fault && (
        <p className="refusal" role="alert">
          {fault}
        </p>
      )}
      <details>
        <summary>Revision, file, token</summary>
        <div className="fields">
          <label>
            Revision
            <input type="text" spellCheck={false} value={revision} onChange={(e) => setRevision(e.target.value)} />
          </label>
          <label>
            One file
            <input
              type="text"
              spellCheck={false}
              placeholder="e.g. model-q4_0.gguf"
              value={file}
              onChange={(e) => setFile(e.target.value)}
            />
          </label>
          <label className="wide">
            Access token, for private and gated models
            <input type="password" autoComplete="off" onChange={(e) => setToken(e.target.value)} />
          </label>
          <p className="summary">The token stays in this page’s memory: not in the link, not on the disk.</p>
        </div>
      </details>
      <button type="submit" disabled={typeof source === 'string' || asking}>
        {asking ? 'Looking…' : 'Does it fit here?'}
      </button>
    </form>
  );
}
