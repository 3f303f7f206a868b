export { default } from './ui/DiffusionLab.tsx';
