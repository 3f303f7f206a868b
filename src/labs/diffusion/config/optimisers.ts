// Methods that find noise levels for a model, for `ui`, which may not import registries.
export { optimisers, type OptimiserId } from '../../../optimisers/index.ts';
