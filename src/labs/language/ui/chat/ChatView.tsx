import { useEffect } from 'react';
import { watch } from '../../state/chat/session.ts';
import { Sheet } from '../../../../frame/ui/Sheet.tsx';
import { ContenderList } from '../contenders/ContenderList.tsx';
import { ModelPanel } from '../model/ModelPanel.tsx';
import { ChatSetup } from './ChatSetup.tsx';
import { Conversation } from './Conversation.tsx';
import './chat.css';

/** A conversation: what it is held with on the left, its turns on the right. */
export default function ChatView() {
  useEffect(watch, []);
  return (
    <main className="language chat">
      <Sheet>
        <ModelPanel />
        <ChatSetup />
        <ContenderList />
      </Sheet>
      <Conversation />
    </main>
  );
}
