// Getting a model ready: bundled ones at once, others after the reader has seen what they need. A failure leaves the
// model before in use.
import type { LanguageSource } from '../../../hub/source.ts';
import { formatSource } from '../../../hub/source.ts';
import type { Call } from '../../../engine/worker/client.ts';
import { connection } from './connection.ts';
import { languageStore, setModel } from './experimentStore.ts';
import { modelKey, modelStore } from './modelStore.ts';
import { asFailure } from '../../../frame/state/notices.ts';
import { dismiss, notify, notifyFailure } from './notices.ts';
import { createBatch } from '../../../frame/state/frameBatch.ts';
import type { LanguageRequests, LoadProgress } from './types.ts';

let loading: {
  readonly key: string;
  readonly call: Call<'load', LanguageRequests>;
  readonly done: Promise<boolean>;
} | null = null;
let asking: Call<'fit', LanguageRequests> | null = null;
/** Only in memory: never in the link, the history or the store. */
let token: string | null = null;
export const setToken = (text: string): void => void (token = text.trim() || null);
/** What the reader dropped, by the name that the link carries. */
const dropped = new Map<string, readonly File[]>();
/** Downloads that the reader has agreed to in this visit. */
const agreed = new Set<string>();

const filesOf = (source: LanguageSource): readonly File[] =>
  source.from === 'file' ? (dropped.get(source.name) ?? []) : [];
const body = (source: LanguageSource) => ({ source, files: filesOf(source), token });

/** A reader of formats speaks of “the file”; the page says which one, and ends its sentence. */
const asSentence = (message: string, source: LanguageSource): string =>
  `${source.from === 'file' && /^\p{Ll}/u.test(message) && !message.startsWith(source.name) ? `${source.name}: ` : ''}${message}${/[.!?]$/.test(message) ? '' : '.'}`;

/** Asks what a model would need here, and shows it. Resolves to false when it cannot be had at all. */
export async function look(source: LanguageSource): Promise<boolean> {
  const client = connection.client();
  if (!client) return false;
  asking?.cancel();
  const mine = (asking = client.ask('fit', body(source)));
  modelStore.setState({ phase: 'asking', offer: null, refused: null });
  try {
    const report = await mine.done;
    if (mine !== asking) return false;
    modelStore.setState({ phase: 'offered', offer: { source, report } });
    return true;
  } catch (thrown) {
    if (mine !== asking) return false;
    const failure = asFailure(thrown);
    modelStore.setState({
      phase: 'idle',
      refused: failure.name === 'Cancelled' ? null : { ...failure, message: asSentence(failure.message, source) },
    });
    return false;
  }
}
export function putAway(): void {
  asking?.cancel();
  asking = null;
  if (modelStore.getState().phase !== 'loading') modelStore.setState({ phase: 'idle', offer: null, refused: null });
}

/** The reader has seen what it takes and wants it. */
export function agree(source: LanguageSource): void {
  agreed.add(formatSource(source));
  putAway();
  if (formatSource(languageStore.getState().experiment.model) !== formatSource(source)) setModel(source);
  else void ready();
}

/** Files from the reader's disk become a model under the name of their folder or of the one file. */
export function dropFiles(files: readonly File[]): void {
  if (files.length === 0) return;
  const first = files[0]!;
  const folder = first.webkitRelativePath.split('/')[0];
  const weights = files.find((f) => /\.(gguf|safetensors)$/i.test(f.name));
  const name = ((files.length > 1 && folder) || (weights ?? first).name).replace(/[/\\]/g, '_').slice(0, 200);
  const source: LanguageSource = { from: 'file', name };
  dropped.set(name, files);
  agreed.delete(formatSource(source));
  if (modelStore.getState().key.startsWith(`${formatSource(source)} as`)) modelStore.setState({ key: '' });
  void look(source);
}

/** Whether a model may be loaded without asking; when not, the offer is put before the reader. */
async function allowed(source: LanguageSource): Promise<boolean> {
  if (source.from === 'bundled' || agreed.has(formatSource(source))) return true;
  if (source.from === 'file' && filesOf(source).length === 0) {
    notify({
      kind: 'model',
      tone: 'warning',
      title: `This experiment ran on “${source.name}”, a file that a link cannot carry.`,
      hint: 'Choose or drop it under Model, “From your disk”; or take another model.',
      actions: ['defaultModel'],
    });
    return false;
  }
  if (!(await look(source))) {
    const { refused } = modelStore.getState();
    if (refused)
      notify({
        kind: 'model',
        tone: 'error',
        title: refused.message,
        hint: refused.hint,
        actions: ['loadAgain', 'defaultModel'],
      });
    return false;
  }
  const { offer } = modelStore.getState();
  const here = offer !== null && offer.report.storedBytes >= offer.report.downloadBytes;
  if (here) agree(source);
  return here;
}

const progressBatch = createBatch<LoadProgress>((items) => {
  if (loading) modelStore.setState({ progress: items.at(-1)! });
});
export const onLoadProgress = (p: LoadProgress): void => progressBatch.push(p);

const underWay = (key: string): Promise<boolean> | null => (loading?.key === key ? loading.done : null);

/** Makes the experiment's model ready; true when it is. The newest wish wins, and the same wish twice is one. */
export async function ready(): Promise<boolean> {
  const client = connection.client();
  const { model, format } = languageStore.getState().experiment;
  const key = modelKey(model, format);
  if (!client) return false;
  if (modelStore.getState().key === key) return true;
  const same = underWay(key);
  if (same) return same;
  loading?.call.cancel();
  loading = null;
  if (!(await allowed(model)) || connection.client() !== client) return false;
  const now = languageStore.getState().experiment;
  if (modelKey(now.model, now.format) !== key) return false;
  // While it was looked for, the same wish may have come another way.
  const other = underWay(key);
  if (other) return other;
  const call = client.ask('load', { ...body(model), format }, onLoadProgress);
  const done = call.done.then(
    (loaded) => {
      if (loading?.call !== call) return false;
      loading = null;
      progressBatch.drop();
      modelStore.setState({ loaded, key, phase: 'idle', progress: null, refused: null });
      dismiss('model');
      dismiss('loss');
      if (model.from !== 'bundled') void readStored();
      return true;
    },
    (thrown: unknown) => {
      if (loading?.call !== call) return false;
      loading = null;
      progressBatch.drop();
      agreed.delete(formatSource(model));
      modelStore.setState({ phase: 'idle', progress: null });
      const failure = asFailure(thrown);
      const before = modelStore.getState().loaded;
      // What was partly loaded may be gone from the worker only when it says so; the model before stays in use.
      const hint = before ? `${failure.hint} ${before.title} is still in use.` : failure.hint;
      if (failure.name === 'Cancelled')
        notify({
          kind: 'model',
          title: 'Loading was cancelled.',
          hint: before
            ? `${before.title} is still in use; what was downloaded is kept, so that loading goes on from there.`
            : 'What was downloaded is kept, so that loading goes on from there.',
          actions: ['loadAgain'],
        });
      else
        notifyFailure('model', { ...failure, hint }, [
          'loadAgain',
          ...(model.from === 'bundled' ? [] : ['defaultModel' as const]),
        ]);
      failed = { source: model };
      if (before) setBack();
      return false;
    },
  );
  loading = { key, call, done };
  modelStore.setState({ phase: 'loading', progress: null, offer: null, refused: null });
  return done;
}

let failed: { readonly source: LanguageSource } | null = null;
/** The experiment goes back to the model that is in use. */
function setBack(): void {
  const { loaded, key } = modelStore.getState();
  const { experiment } = languageStore.getState();
  const format = key.split(' as ').at(-1) as typeof experiment.format;
  if (loaded)
    languageStore.setState({ experiment: { ...experiment, model: loaded.source, format }, fingerprint: null });
}
/** Tries the model again that could not be had. */
export function loadAgain(): void {
  dismiss('model');
  if (!failed) return void ready();
  const { source } = failed;
  failed = null;
  agree(source);
}
export const cancelLoad = (): void => loading?.call.cancel();
/** A fresh worker has no model. */
export function forgetLoaded(): void {
  loading = null;
  modelStore.setState({ loaded: null, key: '', phase: 'idle', progress: null });
}

export async function readStored(): Promise<void> {
  const told = await connection
    .client()
    ?.ask('stored', {})
    .done.catch(() => null);
  if (told) modelStore.setState({ stored: told.models, used: told.used, quota: told.quota });
}
export async function forgetStored(key: string): Promise<void> {
  try {
    await connection.client()?.ask('forget', { key }).done;
  } catch (thrown) {
    notifyFailure('stored', asFailure(thrown));
  }
  await readStored();
}
