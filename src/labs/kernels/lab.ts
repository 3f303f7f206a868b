export { default } from './ui/KernelLab.tsx';
