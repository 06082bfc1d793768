/**
 * Schools and the trust as what a process is about. Rules, notices and lists ask for a subject who is a person; a place
 * stands in as one without posts, roles or address: nobody's colleague or manager, and told nothing.
 */
import { type Person, type School, SchoolId } from './records.ts';

/** Whether that subject is a place: a school by its URN, or the trust. People have UUIDs. */
export const isPlace = (subjectId: string): boolean => SchoolId.safeParse(subjectId).success;

/** A school, or the trust where the central office is on file, as a subject; its name is the school's. */
export const placeAsSubject = (placeId: string, school: School | undefined): Person => ({
  type: 'person',
  personId: placeId,
  version: 1,
  forename: school?.name ?? 'The trust',
  surname: '',
  posts: [],
  roles: [],
  qualifications: [],
  absences: [],
});
