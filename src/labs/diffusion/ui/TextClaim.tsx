import { presetOfText, type TextView } from '../config/presetOfText.ts';
import { ClaimOf } from './ClaimOf.tsx';

/** The claim of the gallery's entry that carries this text to a view, if there is one. */
export default function TextClaim({ view, text }: { readonly view: TextView; readonly text: string }) {
  const preset = presetOfText(view, text);
  return preset ? <ClaimOf preset={preset} /> : null;
}
