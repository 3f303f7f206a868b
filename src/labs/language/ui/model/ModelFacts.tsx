import { cacheLength } from '../../../../core/cacheFormat.ts';
import type { LoadedModel } from '../../state/types.ts';
import { compact } from '../../../../frame/ui/format.ts';
import { useLanguage, useLanguageDevice } from '../hooks.ts';
import { count } from '../text.ts';
import { bytes } from '../../../../frame/ui/format.ts';

/** What a card may be called to say, in the order in which it is shown. */
const CARD: readonly (readonly [string, string, string])[] = [
  ['Licence', 'licence', ''],
  ['Held-out loss', 'heldOutLossNatsPerToken', ' nats per token'],
  ['Bits per byte', 'bitsPerByte', ', held out'],
  ['Solved', 'greedySolved', ' of unseen problems, greedily'],
];
function plain(v: unknown): string | null {
  if (typeof v === 'number') return compact(v);
  if (typeof v === 'string') return v;
  return v !== null && typeof v === 'object' && 'weights' in v ? String(v.weights) : null;
}

/** The model in use: its size, its format and what it cost, what its card says. */
export function ModelFacts({ model: m }: { model: LoadedModel }) {
  const cpu = useLanguageDevice().report?.backend === 'cpu';
  const { cacheKeys: keys, cacheValues: values } = useLanguage((s) => s.experiment);
  const q = m.quantisationLoss;
  const c = m.config;
  const metrics = m.card?.['metrics'];
  const said: Readonly<Record<string, unknown>> = { ...m.card, ...(typeof metrics === 'object' && metrics) };
  const facts = CARD.flatMap(([title, key, unit]) => {
    const value = plain(said[key]);
    return value === null ? [] : [[title, `${value}${unit}`] as const];
  });
  return (
    <dl className="model-facts" data-testid="model-facts" data-format={m.format}>
      <div>
        <dt>Size</dt>
        <dd>
          {count(m.parameters)} weights, {bytes(m.gpuBytes)} {cpu ? 'in memory' : 'on the GPU'} as{' '}
          {m.format === 'stored' ? 'stored in the file' : m.format}
        </dd>
      </div>
      <div>
        <dt>Shape</dt>
        <dd>
          {c.architecture}, {c.layers} {c.layers === 1 ? 'layer' : 'layers'} of {c.width}, {c.heads}
          {c.kvHeads !== c.heads && `/${c.kvHeads}`} heads, context {c.context}
        </dd>
      </div>
      {c.experts && m.active && (
        <div>
          <dt>Experts</dt>
          <dd>
            {c.experts.used} of {c.experts.count} a token{c.experts.shared !== null && ', and one for all'}:{' '}
            {count(m.active.parameters)} weights compute it, {bytes(m.active.bytes)} are read for it
          </dd>
        </div>
      )}
      <div className={keys === 'f32' && values === 'f32' ? 'as-usual' : undefined}>
        <dt>Cache</dt>
        <dd data-testid="cache-facts">
          {bytes(c.layers * (cacheLength(keys, c.kvHeads * c.headDim) + cacheLength(values, c.kvHeads * c.headDim)))} a
          token: keys in {keys}, values in {values}
        </dd>
      </div>
      {facts.map(([title, value]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {m.notices.length > 0 && (
        <div>
          <dt>Note</dt>
          <dd>{m.notices.join(' ')}</dd>
        </div>
      )}
      {q && (
        <div>
          <dt>Quantised</dt>
          <dd title={`Mean log-loss of the same ${q.tokens} tokens before and after`}>
            loss {q.before.toFixed(3)} → {q.after.toFixed(3)} ({q.after >= q.before ? '+' : '−'}
            {Math.abs(q.after - q.before).toFixed(3)} nats/token), {bytes(q.savedBytes)} saved
          </dd>
        </div>
      )}
    </dl>
  );
}
