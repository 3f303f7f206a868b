// The page's entry: the open lab's own code and worker start loading before React draws the frame.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { openLabs } from './frame/state/labStore.ts';
import { keepOffline } from './frame/state/offline.ts';
import { App } from './frame/ui/App.tsx';
import './frame/ui/styles/index.css';
import { labs } from './labs/index.ts';

openLabs(labs);
keepOffline();
// Nobody rests on a control before the pointer or the keyboard has come to the page.
let helps = false;
const help = () => {
  if (!helps) void import('./frame/ui/helpTip.ts').then(({ watchHelp }) => watchHelp());
  helps = true;
};
for (const event of ['pointermove', 'focusin']) document.addEventListener(event, help, { once: true });
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
