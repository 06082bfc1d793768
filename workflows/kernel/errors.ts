/** The name under which a machine catches {@link Superseded}: shared by thrower and catcher. */
export const SUPERSEDED = 'Superseded';

/**
 * Thrown by the `step` function to an execution that may no longer drive: another run does, the process has ended, or
 * it stands further on. The machine ends such an execution quietly and never retries it.
 *
 * Its name is a constant, because a minified subclass would report `Error`.
 */
export class Superseded extends Error {
  override readonly name = SUPERSEDED;
}
