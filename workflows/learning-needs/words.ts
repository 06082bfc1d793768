/** Dates as people write them. */
import { type Day, Temporal } from '../kernel/time.ts';

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** 22 January 2027. */
export function fullDate(on: Day): string {
  const { day, month, year } = Temporal.PlainDate.from(on);
  return `${day} ${months[month - 1]} ${year}`;
}
