// What reads a dropped file, loaded when there is one.
import { assertReadable, holdsLibrary, NoExperiment, restoredHash } from '../config/restore.ts';
import type { OpenedNotice, OwnDrops } from './drop.ts';
import type { Teller } from './notices.ts';

/** Opens what a hash says; what was said of the experiment before has gone with it when this resolves. */
async function opened(hash: string): Promise<void> {
  const before = location.hash;
  location.hash = hash;
  if (location.hash === before) return;
  await new Promise((resolve) => window.addEventListener('hashchange', resolve, { once: true }));
}

let drops = 0;
/** Opens the experiment that a file holds, unless another drop has come meanwhile. */
export async function open(file: File, notices: Teller<never>, own: OwnDrops | undefined): Promise<void> {
  const mine = ++drops;
  try {
    assertReadable(file.name, file.size);
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (mine !== drops) return;
    if (holdsLibrary(bytes)) {
      const { takeLibrary } = await import('./library/actions.ts');
      return await takeLibrary(file.name, new TextDecoder().decode(bytes), notices);
    }
    let hash: string;
    try {
      hash = restoredHash(file.name, bytes);
    } catch (thrown) {
      if (thrown instanceof NoExperiment && (await own?.otherwise(file, bytes))) return;
      throw thrown;
    }
    const notice: OpenedNotice = {
      kind: 'restored',
      title: `“${file.name}” holds this experiment.`,
      hint: 'What was here before is one undo away.',
    };
    const tell = own?.opening?.(file, bytes, notice) ?? (() => notices.notify(notice));
    await opened(hash);
    tell();
  } catch (thrown) {
    const title = thrown instanceof Error ? thrown.message : String(thrown);
    const hint = own?.hint ?? 'Drop a PNG or JSON export to open its experiment; what is here stays.';
    notices.notify({ kind: 'restored', tone: 'warning', title, hint });
  }
}
