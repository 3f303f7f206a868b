/** A dispatch: what it reads, and what it writes. */
export interface Dispatch {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}
export interface Place {
  readonly arena: number;
  /** In bytes. */
  readonly offset: number;
}
export interface ArenaPlan {
  readonly places: ReadonlyMap<number, Place>;
  /** Bytes of each arena. */
  readonly arenas: readonly number[];
}

/** Bindings begin at multiples of this. */
const ALIGN = 256;
const aligned = (bytes: number) => Math.ceil(Math.max(1, bytes) / ALIGN) * ALIGN;

interface Life {
  readonly id: number;
  readonly bytes: number;
  /** First and last dispatch that touches it. */
  from: number;
  to: number;
}

function lives(bytes: ReadonlyMap<number, number>, dispatches: readonly Dispatch[], kept: ReadonlySet<number>): Life[] {
  const found = new Map<number, Life>();
  dispatches.forEach(({ reads, writes }, i) => {
    for (const id of [...reads, ...writes]) {
      const life = found.get(id);
      const size = bytes.get(id);
      if (size === undefined) throw new RangeError(`dispatch ${i} uses ${id}, whose size is not given`);
      // What is read before it is written comes from outside, and is there from the start.
      if (!life) found.set(id, { id, bytes: aligned(size), from: writes.includes(id) ? i : 0, to: i });
      else life.to = i;
    }
  });
  for (const id of kept) {
    const life = found.get(id);
    if (life) life.to = dispatches.length;
  }
  return [...found.values()];
}

/** Who may not share a buffer: WebGPU takes no buffer that one dispatch both reads and writes. */
function foes(dispatches: readonly Dispatch[]): ReadonlyMap<number, ReadonlySet<number>> {
  const map = new Map<number, Set<number>>();
  const add = (a: number, b: number) => {
    let set = map.get(a);
    if (!set) map.set(a, (set = new Set()));
    set.add(b);
  };
  for (const { reads, writes } of dispatches)
    for (const w of writes)
      for (const r of reads) {
        if (r === w) throw new RangeError(`a dispatch reads and writes ${r}`);
        add(r, w);
        add(w, r);
      }
  return map;
}

interface Placed {
  readonly life: Life;
  readonly offset: number;
}
interface Arena {
  bytes: number;
  readonly ids: Set<number>;
  /** From the lowest offset up. */
  readonly placed: Placed[];
}

/** The lowest offset in an arena that is free during a life. */
function lowest(life: Life, placed: readonly Placed[]): number {
  let offset = 0;
  for (const other of placed) {
    if (other.life.from > life.to || life.from > other.life.to) continue;
    if (offset + life.bytes <= other.offset) break;
    offset = Math.max(offset, other.offset + other.life.bytes);
  }
  return offset;
}

/** Plans are made of thousands of pieces of pictures: no arena is sorted again for each. */
function insert(placed: Placed[], own: Placed): void {
  let [low, high] = [0, placed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (placed[middle]!.offset <= own.offset) low = middle + 1;
    else high = middle;
  }
  placed.splice(low, 0, own);
}

/** What is placed first. No order is best for all networks: each is tried. */
const orders: readonly ((a: Life, b: Life) => number)[] = [
  (a, b) => b.bytes - a.bytes || a.from - b.from,
  (a, b) => b.bytes - a.bytes || b.from - a.from,
  (a, b) => b.bytes * (b.to - b.from + 1) - a.bytes * (a.to - a.from + 1),
  (a, b) => b.to - b.from - (a.to - a.from) || b.bytes - a.bytes,
  (a, b) => a.from - b.from || b.bytes - a.bytes,
];

/**
 * Places tensors in as few bytes as first fits in several orders find: tensors that do not live at the same time share
 * memory, those that one dispatch reads and writes lie in different buffers. `kept` live to the end. RangeError for a
 * tensor of more than `limit` bytes.
 */
export function planArenas(
  bytes: ReadonlyMap<number, number>,
  dispatches: readonly Dispatch[],
  kept: ReadonlySet<number>,
  limit: number,
): ArenaPlan {
  const enemies = foes(dispatches);
  const all = lives(bytes, dispatches, kept);
  const large = all.find((life) => life.bytes > limit);
  if (large) throw new RangeError(`a tensor of ${large.bytes} bytes is more than one buffer may hold (${limit})`);
  const total = (plan: ArenaPlan) => plan.arenas.reduce((a, b) => a + b, 0);
  return orders
    .map((order) =>
      firstFit(
        [...all].sort((a, b) => order(a, b) || a.id - b.id),
        enemies,
        limit,
      ),
    )
    .reduce((best, plan) => (total(plan) < total(best) ? plan : best));
}

function firstFit(
  ordered: readonly Life[],
  enemies: ReadonlyMap<number, ReadonlySet<number>>,
  limit: number,
): ArenaPlan {
  const arenas: Arena[] = [];
  const places = new Map<number, Place>();
  for (const life of ordered) {
    const mine = [...(enemies.get(life.id) ?? [])];
    const open = arenas.map((arena, index) => {
      if (mine.some((id) => arena.ids.has(id))) return null;
      const offset = lowest(life, arena.placed);
      const grown = Math.max(arena.bytes, offset + life.bytes);
      return grown > limit ? null : { index, offset, growth: grown - arena.bytes };
    });
    const best = open.reduce((a, b) => (b && (!a || b.growth < a.growth) ? b : a), null) ?? {
      index: arenas.push({ bytes: 0, ids: new Set(), placed: [] }) - 1,
      offset: 0,
    };
    const arena = arenas[best.index]!;
    insert(arena.placed, { life, offset: best.offset });
    arena.ids.add(life.id);
    arena.bytes = Math.max(arena.bytes, best.offset + life.bytes);
    places.set(life.id, { arena: best.index, offset: best.offset });
  }
  return { places, arenas: arenas.map((a) => a.bytes) };
}
