/**
 * One small wrong edit of a source text.
 * @typedef {{ start: number, end: number, text: string, kind: string }} Edit
 */

export const applied = (source, { start, end, text }) => source.slice(0, start) + text + source.slice(end);

/** Of edits that give the same text only the first; none that changes nothing. */
export function distinct(source, edits) {
  const seen = new Set();
  return edits.filter((edit) => {
    let { start, end, text } = edit;
    while (start < end && text !== '' && source[start] === text[0]) {
      start++;
      text = text.slice(1);
    }
    while (end > start && text !== '' && source[end - 1] === text.at(-1)) {
      end--;
      text = text.slice(0, -1);
    }
    const key = `${start} ${end} ${text}`;
    if ((start === end && text === '') || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export const lineOf = (source, at) => source.slice(0, at).split('\n').length;

/**
 * The edit as a text that occurs once in the source and what stands in its place, whole lines: it can be planted again
 * and recognised after lines above it came or went.
 */
export function described(source, edit) {
  let from = source.lastIndexOf('\n', edit.start - 1) + 1;
  let to = source.indexOf('\n', edit.end);
  if (to < 0) to = source.length;
  for (let back = true; !once(source, source.slice(from, to)); back = !back) {
    if (back && from > 0) from = source.lastIndexOf('\n', from - 2) + 1;
    else if (to < source.length) {
      to = source.indexOf('\n', to + 1);
      if (to < 0) to = source.length;
    }
  }
  const find = source.slice(from, to);
  return { find, replace: applied(find, { ...edit, start: edit.start - from, end: edit.end - from }) };
}

/** Places that overlap count too: of four equal lines three occur twice. */
const once = (source, find) => source.includes(find) && source.indexOf(find) === source.lastIndexOf(find);

/** A text with `find` replaced, or undefined unless it occurs exactly once. */
export function planted(source, { find, replace }) {
  return once(source, find) ? source.replace(find, () => replace) : undefined;
}
