// Getting a model ready: bundled ones at once, others after the reader has seen what they need. A failure leaves the
// model before in use. Each lab with models has one choice, over its own experiment and worker.
import { createStore } from 'zustand/vanilla';
import type { Call, Client } from '../../engine/worker/client.ts';
import type { FitReport, LoadedModel, LoadProgress, ModelRequests } from '../../engine/modelRequests.ts';
import { formatSource, type ModelSource } from '../../hub/source.ts';
import type { GivenFile } from '../../hub/types.ts';
import { createBatch } from './frameBatch.ts';
import { droppedEntries, droppedFiles, nameOf, pickedFiles } from './givenFiles.ts';
import type { ModelChoice, ModelChoiceOptions, ModelChoiceState } from './modelChoiceTypes.ts';
import { asFailure } from './notices.ts';

export type * from './modelChoiceTypes.ts';

export const modelKey = (source: ModelSource, format: string): string => `${formatSource(source)} as ${format}`;

/** A reader of formats speaks of “the file”; the page says which one, and ends its sentence. */
const asSentence = (message: string, source: ModelSource): string =>
  `${source.from === 'file' && /^\p{Ll}/u.test(message) && !message.startsWith(source.name) ? `${source.name}: ` : ''}${message}${/[.!?]$/.test(message) ? '' : '.'}`;

export function createModelChoice<
  Id extends string,
  Format extends string,
  Loaded extends LoadedModel<Id>,
  Fit extends FitReport,
  Progress extends LoadProgress<string>,
>({
  connection,
  notices: { notify, dismiss, notifyFailure },
  experiment: { wish, choose, putBack },
  chooseFile = 'Choose or drop it under Model, “From your disk”; or take another model.',
  onLoaded,
}: ModelChoiceOptions<Id, Format, Loaded, Fit, Progress>): ModelChoice<Id, Format, Loaded, Fit, Progress> {
  type Requests = ModelRequests<Id, Format, Loaded, Fit, Progress>;
  type Source = ModelSource<Id>;
  const store = createStore<ModelChoiceState<Id, Format, Loaded, Fit, Progress>>(() => ({
    loaded: null,
    format: null,
    key: '',
    phase: 'idle',
    progress: null,
    offer: null,
    refused: null,
    stored: [],
    used: 0,
    quota: null,
  }));
  const { getState, setState } = store;
  let loading: {
    readonly key: string;
    readonly call: Call<'load', Requests>;
    readonly done: Promise<boolean>;
  } | null = null;
  let asking: Call<'fit', Requests> | null = null;
  let failed: Source | null = null;
  let token: string | null = null;
  /** Drops so far: opening their folders takes a while, and the newest wins. */
  let drops = 0;
  /** What the reader gave, by the name that the link carries. */
  const given = new Map<string, readonly GivenFile[]>();
  /** Downloads that the reader has agreed to in this visit. */
  const agreed = new Set<string>();

  const filesOf = (source: Source): readonly GivenFile[] =>
    source.from === 'file' ? (given.get(source.name) ?? []) : [];
  const body = (source: Source) => ({ source, files: filesOf(source), token });
  const underWay = (key: string): Promise<boolean> | null => (loading?.key === key ? loading.done : null);
  const progressBatch = createBatch<Progress>((items) => {
    if (loading) setState({ progress: items.at(-1)! });
  });
  const refuse = (thrown: unknown): void => {
    const { message, hint } = asFailure(thrown);
    asking?.cancel();
    asking = null;
    setState({ phase: getState().phase === 'loading' ? 'loading' : 'idle', offer: null, refused: { message, hint } });
  };

  async function look(source: Source): Promise<boolean> {
    const client = connection.client();
    if (!client) return false;
    asking?.cancel();
    const mine = (asking = client.ask('fit', body(source)));
    setState({ phase: 'asking', offer: null, refused: null });
    try {
      const report = await mine.done;
      if (mine !== asking) return false;
      setState({ phase: 'offered', offer: { source, report } });
      return true;
    } catch (thrown) {
      if (mine !== asking) return false;
      const failure = asFailure(thrown);
      setState({
        phase: 'idle',
        refused: failure.name === 'Cancelled' ? null : { ...failure, message: asSentence(failure.message, source) },
      });
      return false;
    }
  }

  function putAway(): void {
    asking?.cancel();
    asking = null;
    drops++;
    if (getState().phase !== 'loading') setState({ phase: 'idle', offer: null, refused: null });
  }

  function agree(source: Source): void {
    agreed.add(formatSource(source));
    putAway();
    if (formatSource(wish().source) !== formatSource(source)) choose(source);
    else void ready();
  }

  function give(files: readonly GivenFile[]): void {
    drops++;
    if (files.length === 0) return;
    const name = nameOf(files);
    const source: Source = { from: 'file', name };
    given.set(name, files);
    agreed.delete(formatSource(source));
    if (getState().key.startsWith(`${formatSource(source)} as`)) setState({ key: '' });
    void look(source);
  }

  function takePicked(list: Iterable<File> | null): void {
    try {
      give(pickedFiles(list ?? []));
    } catch (thrown) {
      refuse(thrown);
    }
  }

  function takeDropped(items: Iterable<DataTransferItem>): void {
    const mine = ++drops;
    droppedFiles(droppedEntries(items)).then(
      (files) => {
        if (mine === drops) give(files);
      },
      (thrown: unknown) => {
        if (mine === drops) refuse(thrown);
      },
    );
  }

  /** Whether a model may be loaded without asking; when not, the offer is put before the reader. */
  async function allowed(source: Source): Promise<boolean> {
    if (source.from === 'bundled' || agreed.has(formatSource(source))) return true;
    if (source.from === 'file' && filesOf(source).length === 0) {
      notify({
        kind: 'model',
        tone: 'warning',
        title: `This experiment ran on “${source.name}”, a file that a link cannot carry.`,
        hint: chooseFile,
        actions: ['defaultModel'],
      });
      return false;
    }
    if (!(await look(source))) {
      const { refused } = getState();
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
    const { offer } = getState();
    const here = offer !== null && offer.report.storedBytes >= offer.report.downloadBytes;
    if (here) agree(source);
    return here;
  }

  function tellFailure(source: Source, thrown: unknown): void {
    const failure = asFailure(thrown);
    const before = getState().loaded;
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
        ...(source.from === 'bundled' ? [] : ['defaultModel' as const]),
      ]);
  }

  function startLoading(
    client: Client<Requests>,
    { source, format }: { readonly source: Source; readonly format: Format },
    key: string,
  ): Promise<boolean> {
    const call = client.ask('load', { ...body(source), format }, (p) => progressBatch.push(p));
    const done = call.done.then(
      (loaded) => {
        if (loading?.call !== call) return false;
        loading = null;
        progressBatch.drop();
        setState({ loaded, format, key, phase: 'idle', progress: null, refused: null });
        dismiss('model');
        onLoaded?.(loaded);
        if (source.from !== 'bundled') void readStored();
        return true;
      },
      (thrown: unknown) => {
        if (loading?.call !== call) return false;
        loading = null;
        progressBatch.drop();
        agreed.delete(formatSource(source));
        setState({ phase: 'idle', progress: null });
        tellFailure(source, thrown);
        failed = source;
        const { loaded: before, format: its } = getState();
        if (before && its !== null) putBack(before.source, its);
        return false;
      },
    );
    loading = { key, call, done };
    setState({ phase: 'loading', progress: null, offer: null, refused: null });
    return done;
  }

  async function ready(): Promise<boolean> {
    const client = connection.client();
    const wanted = wish();
    const key = modelKey(wanted.source, wanted.format);
    if (!client) return false;
    if (getState().key === key) return true;
    const same = underWay(key);
    if (same) return same;
    loading?.call.cancel();
    loading = null;
    if (!(await allowed(wanted.source)) || connection.client() !== client) return false;
    const now = wish();
    if (modelKey(now.source, now.format) !== key) return false;
    // While it was looked for, the same wish may have come another way.
    return underWay(key) ?? startLoading(client, wanted, key);
  }

  async function readStored(): Promise<void> {
    const told = await connection
      .client()
      ?.ask('stored', {})
      .done.catch(() => null);
    if (told) setState({ stored: told.models, used: told.used, quota: told.quota });
  }

  return {
    store,
    look,
    putAway,
    agree,
    give,
    takePicked,
    takeDropped,
    ready,
    loadAgain() {
      dismiss('model');
      const source = failed;
      failed = null;
      if (source) agree(source);
      else void ready();
    },
    cancelLoad: () => loading?.call.cancel(),
    forgetLoaded() {
      loading = null;
      setState({ loaded: null, format: null, key: '', phase: 'idle', progress: null });
    },
    readStored,
    async forgetStored(key) {
      try {
        await connection.client()?.ask('forget', { key }).done;
      } catch (thrown) {
        notifyFailure('stored', asFailure(thrown));
      }
      await readStored();
    },
    setToken: (text) => void (token = text.trim() || null),
    onLoadProgress: (progress) => progressBatch.push(progress),
  };
}
