/** At most so many UTF-16 units of a text, whole characters only; half a character that comes alone becomes �. */
export function cut(text: string, most: number): string {
  const kept = text.toWellFormed().slice(0, most);
  return kept.isWellFormed() ? kept : kept.slice(0, -1);
}
