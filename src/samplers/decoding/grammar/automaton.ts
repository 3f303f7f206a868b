// A stack-set automaton over bytes. Stacks are shared: a stack node is where a rule goes on and the set of stacks below
// it, and equal nodes, sets and states have one number, so that a state met again costs one look-up. After the pushdown
// automata with persistent stacks of Dong et al. 2024, https://arxiv.org/abs/2411.15100, section 3, and the shared stacks
// of Tomita 1987, https://aclanthology.org/J87-1004.
import type { Network } from './network.ts';

/** A place of the network with the stacks under it. */
export interface State {
  /** Positions that take a byte, ascending, and the set of stacks of each. */
  readonly positions: Int32Array;
  readonly stacks: Int32Array;
  /** The text may end here. */
  readonly ends: boolean;
  /** By byte: 0 unknown, −1 nothing, else one more than the next state's number. */
  readonly next: Int32Array;
}
export const DEAD = -1;
/** Stack node 0 is the bottom, and set 0 holds nothing else: below lies the end of the text. */
const BOTTOM = 0;

/** Once so many states are known, `crowded` says so. */
const MOST_STATES = 20_000;

export class Automaton {
  readonly network: Network;
  readonly states: State[] = [];
  readonly #sets: (readonly number[])[] = [[BOTTOM]];
  readonly #nodes: { readonly position: number; readonly set: number }[] = [{ position: -1, set: -1 }];
  readonly #setOf = new Map<string, number>([[`${BOTTOM}`, 0]]);
  readonly #nodeOf = new Map<string, number>();
  readonly #stateOf = new Map<string, number>();
  readonly #under = new Map<number, number>();
  readonly #rank: Int32Array;
  /** Before the first byte; DEAD when the grammar has no text at all. */
  readonly start: number;

  constructor(network: Network) {
    this.network = network;
    this.#rank = new Int32Array(network.starts.length);
    network.order.forEach((rule, i) => (this.#rank[rule] = i));
    const begin = new Map([[network.root, 0]]);
    this.start = network.productive
      ? this.#close(new Map(), begin, network.empty)
      : this.#state(new Map(), network.empty);
  }

  get crowded(): boolean {
    return this.states.length > MOST_STATES;
  }

  /** The state after a byte, or DEAD. */
  step(state: number, byte: number): number {
    const { positions, stacks, next } = this.states[state]!;
    const known = next[byte]!;
    if (known !== 0) return known < 0 ? DEAD : known - 1;
    const moved = new Map<number, number>();
    for (let i = 0; i < positions.length; i++)
      for (const e of this.network.positions[positions[i]!]!.bytes)
        if (e.from <= byte && byte <= e.to) this.#join(moved, e.next, stacks[i]!);
    const to = moved.size === 0 ? DEAD : this.#close(moved, new Map(), false);
    next[byte] = to === DEAD ? -1 : to + 1;
    return to;
  }

  /** One position by itself, as if its rule were the whole grammar: `ends` then says that the rule may end. */
  alone(position: number): number {
    return this.#state(new Map([[position, 0]]), false);
  }

  /** The state once the rules on top of these stacks have ended. */
  under(stacks: number): number {
    const known = this.#under.get(stacks);
    if (known !== undefined) return known;
    const popped = new Map<number, number>();
    const ends = this.#pop(stacks, popped);
    const state = this.#close(popped, new Map(), ends);
    this.#under.set(stacks, state);
    return state;
  }

  /** Names of the rules that lie open in a state, innermost first, one way for each of its positions. */
  open(state: number, most: number): string[][] {
    const { positions, stacks } = this.states[state]!;
    const name = (position: number) => this.network.names[this.network.positions[position]!.rule]!;
    return Array.from(positions.subarray(0, most), (position, i) => {
      const way = [name(position)];
      for (let set = stacks[i]!; way.length < 32;) {
        const node = this.#sets[set]!.at(-1)!;
        if (node === BOTTOM) break;
        const { position: at, set: below } = this.#nodes[node]!;
        way.push(name(at));
        set = below;
      }
      return way;
    });
  }

  #join(into: Map<number, number>, key: number, set: number): boolean {
    const before = into.get(key);
    const after = before === undefined ? set : this.#union(before, set);
    if (after === before) return false;
    into.set(key, after);
    return true;
  }

  #set(nodes: readonly number[]): number {
    const key = nodes.join();
    const known = this.#setOf.get(key);
    if (known !== undefined) return known;
    const id = this.#sets.push(nodes) - 1;
    this.#setOf.set(key, id);
    return id;
  }

  #union(a: number, b: number): number {
    if (a === b) return a;
    return this.#set([...new Set([...this.#sets[a]!, ...this.#sets[b]!])].sort((x, y) => x - y));
  }

  /** The stacks with one more place to come back to; a place from which a rule can only end need not be kept. */
  #push(position: number, set: number): number {
    const { bytes, calls, ends } = this.network.positions[position]!;
    if (ends && bytes.length === 0 && calls.length === 0) return set;
    const key = `${position},${set}`;
    let node = this.#nodeOf.get(key);
    if (node === undefined) this.#nodeOf.set(key, (node = this.#nodes.push({ position, set }) - 1));
    return this.#set([node]);
  }

  /** Where the tops of the stacks come back to, and further down where rules end there; whether the text may end. */
  #pop(set: number, into: Map<number, number>): boolean {
    let ends = false;
    const todo = [set];
    const done = new Set<number>();
    for (const stacks of todo) {
      if (done.has(stacks)) continue;
      done.add(stacks);
      for (const node of this.#sets[stacks]!) {
        if (node === BOTTOM) {
          ends = true;
          continue;
        }
        const { position, set: below } = this.#nodes[node]!;
        this.#join(into, position, below);
        if (this.network.positions[position]!.ends) todo.push(below);
      }
    }
    return ends;
  }

  /** Ends rules that may end, begins those that may begin: rules in the order in which they begin with one another. */
  #close(moved: Map<number, number>, begin: Map<number, number>, ends: boolean): number {
    const { positions, starts } = this.network;
    let final = ends;
    for (const [position, set] of [...moved]) if (positions[position]!.ends && this.#pop(set, moved)) final = true;
    const call = (position: number, set: number): void => {
      for (const c of positions[position]!.calls) this.#join(begin, c.rule, this.#push(c.next, set));
    };
    for (const [position, set] of moved) call(position, set);
    while (begin.size > 0) {
      let rule = -1;
      for (const r of begin.keys()) if (rule < 0 || this.#rank[r]! < this.#rank[rule]!) rule = r;
      const set = begin.get(rule)!;
      begin.delete(rule);
      this.#join(moved, starts[rule]!, set);
      call(starts[rule]!, set);
    }
    return this.#state(moved, final);
  }

  #state(at: ReadonlyMap<number, number>, ends: boolean): number {
    const list = [...at]
      .filter(([position]) => this.network.positions[position]!.bytes.length > 0)
      .sort((a, b) => a[0] - b[0]);
    const key = `${list.join(';')}${ends ? '.' : ''}`;
    const known = this.#stateOf.get(key);
    if (known !== undefined) return known;
    const id =
      this.states.push({
        positions: Int32Array.from(list, ([position]) => position),
        stacks: Int32Array.from(list, ([, set]) => set),
        ends,
        next: new Int32Array(256),
      }) - 1;
    this.#stateOf.set(key, id);
    return id;
  }
}
