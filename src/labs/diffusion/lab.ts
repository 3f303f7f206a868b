export { default } from './ui/DiffusionLab.tsx';
export const library = () => import('./ui/library.ts');
