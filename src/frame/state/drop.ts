// A file that this page exported, dropped on it, opens its experiment again. A lab's own place for files takes them
// first.
import { inLab } from './labStore.ts';
import type { Teller } from './notices.ts';

const hasFiles = (e: DragEvent): boolean => e.dataTransfer?.types.includes('Files') ?? false;

async function restore(file: File, notices: Teller<never>): Promise<void> {
  try {
    const { restoredHash } = await import('../config/restore.ts');
    const hash = restoredHash(file.name, new Uint8Array(await file.arrayBuffer()));
    location.hash = hash;
    notices.notify({
      kind: 'restored',
      title: `“${file.name}” holds this experiment.`,
      hint: 'What was here before is one undo away.',
    });
  } catch (thrown) {
    const title = thrown instanceof Error ? thrown.message : String(thrown);
    const hint = 'Drop a PNG or JSON export to open its experiment; what is here stays.';
    notices.notify({ kind: 'restored', tone: 'warning', title, hint });
  }
}

/** While a lab is open: its files are opened, and no other takes the page's place. */
export function takeDrops(lab: string, notices: Teller<never>): void {
  window.addEventListener('dragover', (e) => {
    if (inLab(lab) && hasFiles(e)) e.preventDefault();
  });
  window.addEventListener('drop', (e) => {
    const file = e.dataTransfer?.files[0];
    if (!inLab(lab) || e.defaultPrevented || !file) return;
    e.preventDefault();
    void restore(file, notices);
  });
}
