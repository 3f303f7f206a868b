// The page's entry: the open lab's own code and worker start loading before React draws the frame.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { watchAddress } from './state/labStore.ts';
import { keepOffline } from './state/offline.ts';
import { App } from './ui/App.tsx';
import './ui/styles/index.css';

watchAddress();
keepOffline();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
