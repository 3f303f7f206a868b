// The page's entry: state first, so that the worker computes while React draws.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { boot } from './state/session.ts';
import { App } from './ui/App.tsx';
import './ui/styles/index.css';

boot();
createRoot(document.getElementById('root')!).render(<StrictMode><App /></StrictMode>);
