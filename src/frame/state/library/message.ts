// The last thing that the library said, and how to take it back.
import { createStore } from 'zustand/vanilla';
import type { Saved } from '../../config/library/types.ts';

export interface Message {
  readonly text: string;
  readonly lines: readonly string[];
  /** What a deletion took, until something else is said. */
  readonly deleted: readonly Saved[];
}
const silence: Message = { text: '', lines: [], deleted: [] };
export const messageStore = createStore<Message>(() => silence);
export const say = (text: string, lines: readonly string[] = [], deleted: readonly Saved[] = []): void =>
  messageStore.setState({ text, lines, deleted }, true);
export const unsay = (): void => messageStore.setState(silence, true);
