/** When somebody is away. */
import type { Person } from './shapes.ts';
import { longDay, texts } from './texts.ts';

type Days = Pick<Person['absences'][number], 'from' | 'to'>;

export const daysOf = ({ from, to }: Days): string => texts.people.absence(longDay(from), longDay(to));

/** The absence that has that day. */
export const awayOn = <T extends Days>(absences: readonly T[], day: string): T | undefined =>
  absences.find(({ from, to }) => from <= day && day <= to);
