export { default } from './ui/PicturesLab.tsx';
