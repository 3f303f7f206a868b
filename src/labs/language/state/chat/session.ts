// The life of the chat view: turns and edits go into the experiment, answers are asked of the worker, and all of it is kept.
import { createBatch } from '../../../../frame/state/frameBatch.ts';
import { createTask, type TaskNews } from '../../../../frame/state/task.ts';
import { saveBlob } from '../../../../frame/state/saveBlob.ts';
import { formatSource } from '../../../../hub/source.ts';
import { changesResult } from '../../../../frame/config/affects.ts';
import { formatContender } from '../../config/contenderText.ts';
import { languageAffects } from '../../config/experiment.ts';
import * as tree from '../../config/talk.ts';
import { formatChatFile, parseChatFile } from '../../config/talkFile.ts';
import { connection, languageDevice } from '../connection.ts';
import { languageStore, undoable } from '../experimentStore.ts';
import { modelStore, onLoadProgress, ready } from '../model.ts';
import { notices, notify, type LanguageAction } from '../notices.ts';
import { cancelRun } from '../runner.ts';
import { stoppers } from '../stoppers.ts';
import { applyEvents, plainText, shownText, textKey } from '../texts.ts';
import type { LanguageEvent, LanguageRequests } from '../types.ts';
import { keepTalk, readTalk, restored, type KeptTalk } from './kept.ts';
import { chatStore, NOTHING_YET } from './store.ts';

const { getState: now, setState: put } = chatStore;
const experiment = () => languageStore.getState().experiment;
/** The reader's own edit, to be undone. */
export function editTalk(talk: tree.Talk, what = ''): void {
  if (talk !== experiment().talk) undoable.change(what, { ...experiment(), talk });
}

const batch = createBatch<LanguageEvent>((events) =>
  put((s) => {
    const slots = s.contenders.map((_, i) => i);
    const costs = { ...s.costs };
    const remarks = [...s.remarks];
    for (const e of events) {
      if (e.kind === 'cost') costs[e.contender] = e.cost;
      else if (e.kind === 'notice' && !remarks.some((r) => r.text === e.text))
        remarks.push({ contender: e.contender, text: e.text });
    }
    const writes = events.some((e) => e.kind === 'tokens' || e.kind === 'replace');
    return {
      texts: applyEvents(s.texts, { run: s.run, slots, branches: [] }, events),
      costs,
      remarks,
      ...(writes && { status: 'Writing' }),
    };
  }),
);

/** What a contender has written, without the token that ended it. */
export function textOf(state: Pick<ReturnType<typeof now>, 'texts'>, contender: number): string {
  const text = state.texts[textKey(contender, 0)];
  if (!text) return '';
  const shown = shownText(text.tokens.slice(0, text.fresh), text.end);
  return plainText(text.end?.why === 'end token' ? shown.slice(0, -1) : shown);
}

/** Replies become turns: those of a stopped answer too, as far as they came. */
function collect(stopped: boolean): void {
  const state = now();
  const e = experiment();
  const before = tree.pathTo(e.talk, state.parent);
  if (before.length === 0) return;
  // The contender that the reader has gone on with goes on.
  const liked = before.findLast((t) => t.by)?.by?.contender;
  const chosen = state.reproduction ? e.talk.chosen[state.parent] : undefined;
  let talk = e.talk;
  let goesOn = chosen;
  state.contenders.forEach((c, i) => {
    const text = state.texts[textKey(i, 0)];
    if (!text || text.fresh === 0) return;
    const cost = state.costs[i];
    const { reused = 0, read = 0 } = state.reading ?? {};
    const own = cost && cost.decodeMs > 0 ? (1000 * (cost.tokens - cost.fromPrompt)) / cost.decodeMs : 0;
    const by: tree.Writer = {
      contender: formatContender(c),
      model: formatSource(e.model),
      tries: state.tries,
      seed: e.seed,
      why: text.end?.why ?? (stopped ? 'stopped' : ''),
      prompt: reused + read,
      reused,
      tokens: text.fresh,
      speed: own > 0 ? own : null,
    };
    const made = tree.withReply(talk, state.parent, textOf(state, i), by);
    talk = made.talk;
    if (goesOn === undefined || (chosen === undefined && by.contender === liked)) goesOn = made.id;
  });
  if (goesOn !== undefined) talk = tree.choose(talk, goesOn);
  undoable.restate({ ...experiment(), talk });
}

function onNews({ phase, out, failure }: TaskNews<LanguageRequests['chat']['out']>): void {
  if (phase === 'running') return batch.drop();
  batch.flush();
  put({
    phase,
    status: '',
    fingerprint: out?.fingerprint ?? null,
    reproduction: out?.reproduction ?? null,
    failure: failure && { message: failure.message, hint: failure.hint ?? '' },
  });
  collect(phase !== 'done');
}
const task = createTask<LanguageRequests, 'chat', LanguageAction>({ connection, kind: 'chat', onNews });
export const stop = (): void => task.cancel();
stoppers.add(stop);

/** Every contender writes the reply to a turn. `record`: of a link, to compare with. */
export async function answer(parent: number, record: string | null = null): Promise<void> {
  const e = experiment();
  const path = tree.pathTo(e.talk, parent);
  if (path.length === 0 || !connection.client()) return;
  task.cancel();
  const wrote = record === null ? null : tree.chosenAfter(e.talk, parent)?.by;
  const tries = wrote?.tries ?? tree.nextTry(e.talk, parent);
  put(({ run }) => ({
    phase: 'running',
    status: 'Waiting for the model',
    run: run + 1,
    parent,
    tries,
    contenders: e.contenders,
    ...NOTHING_YET,
  }));
  await task.run(() => ({ experiment: e, messages: tree.messagesOf(e.system, path), tries, fingerprint: record }), {
    ready: async () => {
      const there = await ready();
      if (!there) put({ phase: 'idle', status: '' });
      else put({ status: 'Reading' });
      return there;
    },
    onProgress(event) {
      if (event.kind === 'load') onLoadProgress(event);
      else if (event.kind === 'reading') put({ status: `Reading, ${event.done} of ${event.of} tokens` });
      else if (event.kind === 'read') put({ reading: { reused: event.reused, read: event.read } });
      else batch.push(event);
    },
  });
}

/** A turn of the reader's, after the last one, and the answer to it. */
export function send(text: string): boolean {
  const { talk } = experiment();
  const last = tree.pathOf(talk).at(-1);
  const { talk: next, id } = tree.withTurn(talk, last?.id ?? tree.ROOT, { role: 'user', text, by: null });
  if (id === tree.ROOT) {
    notify({
      kind: 'chat',
      tone: 'warning',
      title: `A conversation has at most ${tree.MAX_TURNS} turns: begin a new one.`,
    });
    return false;
  }
  editTalk(next);
  void answer(id);
  return true;
}
/** Another text in a turn's place; one of the reader's is answered anew. */
export function edit(id: number, text: string): void {
  const next = tree.edited(experiment().talk, id, text);
  editTalk(next.talk);
  const turn = tree.turnOf(next.talk, next.id);
  if (turn?.role === 'user' && next.id !== id) void answer(next.id);
}
export const choose = (id: number): void => editTalk(tree.choose(experiment().talk, id), 'choose');
export const beside = (id: number, by: number): void =>
  editTalk(tree.chooseBeside(experiment().talk, id, by), 'choose');
export function remove(id: number): void {
  if (tree.pathTo(experiment().talk, now().parent).some((t) => t.id === id)) stop();
  editTalk(tree.without(experiment().talk, id));
}
export function begin(): void {
  stop();
  editTalk(tree.NO_TALK);
}

export function exportTalk(): void {
  const { model, system, variables, talk } = experiment();
  const text = formatChatFile(formatSource(model), { system, variables, talk });
  saveBlob(new Blob([text], { type: 'application/json' }), 'stepscope-chat.json');
}
export async function importTalk(file: File): Promise<void> {
  try {
    const { notices: said, ...held } = parseChatFile(file.name, await file.text());
    stop();
    undoable.change('', { ...experiment(), ...held });
    notices.dismiss('chat-file');
    if (said.length > 0) notify({ kind: 'chat-file', title: `“${file.name}” was read.`, lines: said });
  } catch (error) {
    const { message, hint } = error as { readonly message: string; readonly hint?: string };
    notify({ kind: 'chat-file', tone: 'error', title: message, hint: hint ?? '' });
  }
}

const keptOf = ({ system, variables, talk }: KeptTalk): KeptTalk => ({ system, variables, talk });
let timer: ReturnType<typeof setTimeout> | undefined;
const KEEP_MS = 300;
let warned = false;
async function keep(): Promise<void> {
  const done = await keepTalk(keptOf(experiment()));
  if (done || warned) return;
  warned = true;
  notify({
    kind: 'chat-kept',
    tone: 'warning',
    title: 'This browser keeps no conversation for this page: export it before you leave.',
  });
}

/** The link's last reply is written again and compared, once. */
function verify(): void {
  const { fingerprint } = languageStore.getState();
  const last = tree.pathOf(experiment().talk).at(-1);
  if (fingerprint && last?.role === 'assistant' && now().phase === 'idle') void answer(last.parent, fingerprint);
}
/** While the view is looked at. Returns what ends that. */
export function watch(): () => void {
  cancelRun();
  let ended = false;
  const begun = async () => {
    const e = experiment();
    const held = restored(keptOf(e), await readTalk());
    if (ended) return;
    if (held.talk !== e.talk && experiment().talk === e.talk) undoable.restate({ ...experiment(), ...held });
    // Its template is known once the model is there.
    if (connection.client() && (await ready()) && !ended) verify();
  };
  void begun();
  const ends = [
    languageStore.subscribe((state, before) => {
      const [e, old] = [state.experiment, before.experiment];
      if (changesResult(e, old, languageAffects) || (e.talk !== old.talk && state.past !== before.past))
        put({ fingerprint: null, reproduction: null });
      if (e.talk === old.talk && e.system === old.system && e.variables === old.variables) return;
      clearTimeout(timer);
      timer = setTimeout(() => void keep(), KEEP_MS);
    }),
    languageDevice.subscribe((d, before) => {
      if (d.phase === 'ready' && before.phase !== 'ready') void ready().then((there) => there && !ended && verify());
    }),
    modelStore.subscribe((m, before) => {
      if (m.key !== before.key && m.key !== '') verify();
    }),
  ];
  return () => {
    ended = true;
    for (const end of ends) end();
    stop();
  };
}
