export { default } from './ui/KernelLab.tsx';
export const library = () => import('./ui/library.ts');
