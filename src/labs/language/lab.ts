export { default } from './ui/LanguageLab.tsx';
export const library = () => import('./ui/library.ts');
