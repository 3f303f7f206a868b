export function serviceWorker(root: string): unknown;
