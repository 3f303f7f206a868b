import { shareLink } from '../state/address.ts';
import { saveResults } from '../state/download.ts';
import { useRun } from './hooks.ts';
import { savePicture } from './savePicture.ts';
import { ShareButtons } from '../../../frame/ui/ShareButtons.tsx';

const formats = [
  ['csv', 'CSV: one row per result'],
  ['json', 'JSON: experiment and results'],
  ['png', 'PNG: pictures and charts'],
] as const;

export function ShareTools() {
  const fingerprint = useRun((s) => (s.phase === 'done' ? s.fingerprint : null));
  return (
    <ShareButtons
      fingerprint={fingerprint}
      formats={formats}
      link={shareLink}
      save={(format) => (format === 'png' ? void savePicture() : saveResults(format))}
    />
  );
}
