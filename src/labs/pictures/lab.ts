export { default } from './ui/PicturesLab.tsx';
export const library = () => import('./ui/library.ts');
