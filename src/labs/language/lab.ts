export { default } from './ui/LanguageLab.tsx';
