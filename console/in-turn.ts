/** Reading many, a few at a time: fifty tasks that are read for one page leave room for everybody else. */

let running = 0;
const waiting: (() => void)[] = [];
const SIDE_BY_SIDE = 4;

export async function inTurn<T>(read: () => Promise<T>): Promise<T> {
  if (running >= SIDE_BY_SIDE) await new Promise<void>((go) => waiting.push(go));
  else running++;
  try {
    return await read();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}
