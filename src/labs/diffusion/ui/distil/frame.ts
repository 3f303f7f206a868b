// Which part of the plane pictures of particles show, and what of them lies outside. Pure.
import type { RowState } from '../../state/rowedSession.ts';
import type { Frame } from '../../state/types.ts';

/** The frame widens by halves of its model's, to twice that at most: beyond, the target is a speck. */
const STEP = 0.5;
const MOST = 2;
/** The share of a row's particles that is held; strays are counted instead. */
const HELD = 0.95;

const distance = (data: Float32Array, i: number): number =>
  Math.max(Math.abs(data[2 * i]!), Math.abs(data[2 * i + 1]!));

/** Half-width of one frame for all rows: the model's own, wider where the newest particles of a row would be out of it. */
export function frameFor(rows: readonly Pick<RowState, 'records'>[], view: number): number {
  let share = 1;
  for (const { records } of rows) {
    const picture = records.at(-1)?.picture;
    if (picture?.kind !== 'points') continue;
    const far = Array.from({ length: picture.data.length / 2 }, (_, i) => distance(picture.data, i)).toSorted(
      (a, b) => a - b,
    );
    const reach = far[Math.ceil(HELD * far.length) - 1] ?? 0;
    share = Math.max(share, 1 + STEP * Math.ceil((reach / view - 1) / STEP));
  }
  return view * Math.min(MOST, share);
}

/** How many particles lie outside. */
export function outOfView(picture: Frame | null, view: number): number {
  if (picture?.kind !== 'points') return 0;
  const { data } = picture;
  return Array.from({ length: data.length / 2 }, (_, i) => distance(data, i)).filter((far) => !(far <= view)).length;
}

/** Every step that some row was looked at, in order: where a slider can stand. */
export const stepsSeen = (rows: readonly Pick<RowState, 'records'>[]): readonly number[] =>
  [...new Set(rows.flatMap(({ records }) => records.map((r) => r.at)))].toSorted((a, b) => a - b);
