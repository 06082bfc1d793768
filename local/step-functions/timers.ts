/**
 * Who is to be woken when: one time for each key, the earliest first, equal times in the order in which they were set.
 * Ten thousand waiting executions cost ten thousand entries and no search.
 */
export interface Timers {
  /** Sets the key's time; replaces an earlier one. */
  set(key: string, at: number): void;
  clear(key: string): void;
  clearAll(): void;
  /** The earliest time, or nothing. */
  next(): number | undefined;
  /** Removes and returns the keys whose time has come. */
  take(now: number): string[];
}

interface Entry {
  readonly key: string;
  readonly at: number;
  readonly order: number;
}

/** A binary heap; an entry that was replaced stays until it comes up or until most of the heap is such. */
export function makeTimers(): Timers {
  const live = new Map<string, Entry>();
  let heap: Entry[] = [];
  let order = 0;

  const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
  const at = (index: number): Entry => heap[index] as Entry;

  function rise(from: number): void {
    let index = from;
    const entry = at(index);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(entry, at(parent))) break;
      heap[index] = at(parent);
      index = parent;
    }
    heap[index] = entry;
  }

  function sink(): void {
    let index = 0;
    const entry = at(index);
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(at(child + 1), at(child))) child += 1;
      if (!isBefore(at(child), entry)) break;
      heap[index] = at(child);
      index = child;
    }
    heap[index] = entry;
  }

  function removeFirst(): void {
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    heap[0] = last;
    sink();
  }

  function earliest(): Entry | undefined {
    while (heap.length > 0 && live.get(at(0).key) !== at(0)) removeFirst();
    return heap[0];
  }

  return {
    set(key, time) {
      const entry = { key, at: time, order: order++ };
      live.set(key, entry);
      heap.push(entry);
      rise(heap.length - 1);
      if (heap.length > 2 * live.size + 64) heap = [...live.values()].sort((a, b) => (isBefore(a, b) ? -1 : 1));
    },
    clear: (key) => {
      live.delete(key);
    },
    clearAll() {
      live.clear();
      heap = [];
    },
    next: () => earliest()?.at,
    take(now) {
      const due: string[] = [];
      for (let entry = earliest(); entry && entry.at <= now; entry = earliest()) {
        live.delete(entry.key);
        due.push(entry.key);
      }
      return due;
    },
  };
}
