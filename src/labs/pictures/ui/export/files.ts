export async function savePng(): Promise<void> {}
export function saveText(_format: string): void {}
