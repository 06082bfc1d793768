/** Where the focus goes when what had it is gone or busy: who uses a keyboard would have to begin anew at the top. */
import { type RefObject, useEffect, useRef } from 'react';

/** Has the focus from the start or, of something that comes and goes (an error, a notice), each time there is a new one. */
export function useFocus<T extends HTMLElement>(on: unknown = true): RefObject<T | null> {
  const target = useRef<T>(null);
  useEffect(() => {
    if (on) target.current?.focus();
  }, [on]);
  return target;
}

/** The focus is in what has just opened. */
export function useFocusWithin<T extends HTMLElement>(): RefObject<T | null> {
  const inside = useRef<T>(null);
  useEffect(() => {
    inside.current?.querySelector<HTMLElement>('input, select, textarea, button')?.focus();
  }, []);
  return inside;
}

/** The first field at which something is wrong has the focus, each time it was tried. */
export function useFirstWrong(form: RefObject<HTMLFormElement | null>, isWrong: boolean, tried: unknown): void {
  useEffect(() => {
    if (isWrong && tried) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [form, isWrong, tried]);
}
