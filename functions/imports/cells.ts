/**
 * What one cell of an export means: days in the three ways that exports write them, names, addresses, hours. All pure;
 * what cannot be understood comes back as a sentence, never as a guess.
 */
import { shownSurname } from '../../workflows/kernel/people.ts';
import { type Day, day, Temporal } from '../../workflows/kernel/time.ts';

const MONTHS: readonly string[] = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The day before Excel's day 1, moved by one for the 29 February 1900 that Excel believes in: right from 1 March 1900 on. */
const EXCEL_DAY_ZERO = '1899-12-30';

/** Serial numbers of five digits: 10000 is 18 May 1927, so that a bare year is not taken for one; up to the end of 2100. */
const EXCEL_SERIALS = { first: 10_000, last: 73_415 } as const;

/**
 * A day written `dd/mm/yyyy` (also with `-` or `.`, or a month's name), as ISO, or as an Excel serial number (42032 is
 * 28 January 2015); a time of day behind it is dropped. `undefined` for anything else: an impossible day, a year of two digits
 * or one outside 1900–2100, a month before the day.
 */
export function readDay(text: string): Day | undefined {
  const bare = text.trim().replace(/[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?\s*Z?$/i, '');
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(bare);
  if (iso) return dayFrom(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const british = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})$/.exec(bare);
  if (british) return dayFrom(Number(british[4]), Number(british[3]), Number(british[1]));
  const named = /^(\d{1,2})[ -]([a-z]{3})[a-z]*[ -](\d{4})$/i.exec(bare);
  if (named) return dayFrom(Number(named[3]), MONTHS.indexOf((named[2] ?? '').toLowerCase()) + 1, Number(named[1]));
  const serial = /^(\d{5})(?:\.\d{1,15})?$/.exec(bare);
  const days = Number(serial?.[1]);
  if (serial && days >= EXCEL_SERIALS.first && days <= EXCEL_SERIALS.last) {
    return day(Temporal.PlainDate.from(EXCEL_DAY_ZERO).add({ days }).toString());
  }
  return undefined;
}

function dayFrom(year: number, month: number, dayOfMonth: number): Day | undefined {
  if (year < 1900 || year > 2100) return undefined;
  try {
    return day(Temporal.PlainDate.from({ year, month, day: dayOfMonth }, { overflow: 'reject' }).toString());
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Longest values that are kept. A sort key of the table holds 1,024 bytes, and no real name is cut by this. */
const LONGEST = { name: 100, job: 200, number: 50, email: 254 } as const;

/** A name, job or number without outer spaces; line breaks and control characters inside become one space, as they would break a message's subject. */
export const tidy = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

export const isTooLong = (what: keyof typeof LONGEST, text: string): boolean => text.length > LONGEST[what];

/** Some systems export surnames in capitals: those are kept in title case, so that two systems agree; all others as they are. */
export const surnameOf = (text: string): string => shownSurname(tidy(text));

/** Letters that were lost or mangled by an earlier conversion: `Ren�e`, `RenÃ©e`. */
export const isMangled = (text: string): boolean => /\uFFFD|Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œ]|â€/u.test(text);

/** An address trimmed and lower-cased: the form in which it is kept and compared. */
export const addressOf = (text: string): string =>
  text
    .trim()
    .replace(/^mailto:/i, '')
    .toLowerCase();

/** One `@`, a domain with a dot, no spaces or list separators, 254 characters at most (RFC 5321). */
export const isAddress = (text: string): boolean =>
  !isTooLong('email', text) &&
  /^[^\s@,;:<>()[\]"\\]+@[^\s@,;:<>()[\]"\\]+\.[a-z0-9-]{2,}$/.test(text) &&
  !text.includes('..');

/** Why something is not taken for an address. */
export const noAddress = (text: string, whose = ''): string =>
  text === '' ? `The e-mail address${whose} is missing.` : `“${text.slice(0, 60)}” is no e-mail address.`;

/** `Class Teacher, Part Time` is the job `Class Teacher`: how many hours somebody works is another column. */
export const jobOf = (text: string): string =>
  tidy(text)
    .replace(/\s*[,(-]\s*(part|full)[ -]?time\s*\)?$/i, '')
    .trim();

/** Full-time equivalent from `0.5`, `50%` or `0,5`; `undefined` for what is no share of a full post. */
export function fteOf(text: string): number | undefined {
  const written = /^(\d{1,3}(?:[.,]\d{1,6})?)\s*(%?)$/.exec(text.trim());
  if (!written) return undefined;
  const value = Number((written[1] ?? '').replace(',', '.')) / (written[2] ? 100 : 1);
  return value >= 0 && value <= 1 ? value : undefined;
}
