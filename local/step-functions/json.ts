/** What passes between states, functions and callers: nothing but JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** 256 KiB: the most that an input, an argument or a result may have, in bytes of UTF-8. */
export const MAX_BYTES = 262_144;

/** Whether the text is longer than {@link MAX_BYTES}. */
export const isTooLarge = (text: string): boolean =>
  // No character takes more than 3 bytes per UTF-16 unit, so short texts need no count.
  text.length * 3 > MAX_BYTES && Buffer.byteLength(text) > MAX_BYTES;
