import { useStore } from 'zustand';
import { chatStore, type ChatState } from '../../state/chat/store.ts';

export const useChat = <T>(selector: (s: ChatState) => T): T => useStore(chatStore, selector);
