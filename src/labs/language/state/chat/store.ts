// What the newest answer to a conversation has come to so far.
import { createStore } from 'zustand/vanilla';
import type { Phase } from '../../../../frame/state/task.ts';
import type { LanguageContender } from '../../config/experiment.ts';
import type { LanguageReproduction } from '../../config/fingerprint.ts';
import type { Texts } from '../texts.ts';
import type { ContenderCost } from '../types.ts';

export interface ChatState {
  readonly phase: Phase;
  readonly status: string;
  /** Counts answers: texts of an older one are stale. */
  readonly run: number;
  /** The turn that is being answered, and by whom, at which attempt. */
  readonly parent: number;
  readonly tries: number;
  readonly contenders: readonly LanguageContender[];
  /** By `textKey`, slots being the contenders' places. */
  readonly texts: Texts;
  readonly costs: Readonly<Record<number, ContenderCost>>;
  readonly reading: { readonly reused: number; readonly read: number } | null;
  readonly remarks: readonly { readonly contender: number | null; readonly text: string }[];
  /** The record of the last replies, for a link; null once anything was edited. */
  readonly fingerprint: string | null;
  readonly reproduction: LanguageReproduction | null;
  readonly failure: { readonly message: string; readonly hint: string } | null;
}
/** What a reply has come to before anything of it is known. */
export const NOTHING_YET = {
  texts: {},
  costs: {},
  reading: null,
  remarks: [],
  fingerprint: null,
  reproduction: null,
  failure: null,
} as const satisfies Partial<ChatState>;
export const chatStore = createStore<ChatState>(() => ({
  phase: 'idle',
  status: '',
  run: 0,
  parent: 0,
  tries: 0,
  contenders: [],
  ...NOTHING_YET,
}));
