/**
 * What an action research set keeps, what starts one, and the form of each outcome and action.
 *
 * It has room for 60 meetings: who came of 41 people is 1.6 KB; place, agenda and what is next are 2.4 KB where every
 * character takes three bytes. That is 260 KB in the worst of all cases, with members and projects 270, of the 400 that
 * DynamoDB keeps in one item.
 */
import * as z from 'zod';
import { choice, makeLabelled, text } from '../kernel/forms.ts';
import { type Day, Day as DayOf } from '../kernel/time.ts';
import { fields, hints, refusals, words } from './texts.ts';

/**
 * At its end each project's name is released and everybody is told, in one transaction of 100 items: 50 + 41, and what
 * the set itself writes. A project that is started in a full set is started all the same, outside it.
 */
export const MOST_PROJECTS = 50;
export const MOST_MEMBERS = 40;
export const MOST_MEETINGS = 60;
const PLACE = 100;
const AGENDA = 200;
const SHORT_TEXT = 500;
const LONG_TEXT = 2000;

const labelled = makeLabelled(fields, hints);

// What is kept

export const Meeting = z.object({
  meetingId: z.string(),
  on: DayOf,
  /** London wall time, where one is said. */
  at: z.string().nullable(),
  place: z.string(),
  agenda: z.string(),
  state: z.enum(['planned', 'held', 'not-held']),
  present: z.array(z.string()),
  next: z.string().nullable(),
  recordedBy: z.string().nullable(),
  recordedOn: DayOf.nullable(),
});
export type Meeting = z.infer<typeof Meeting>;

export const SetData = z.object({
  title: z.string(),
  priorityArea: z.string(),
  /** By number only: guests read the set, and no project. */
  projects: z.array(z.object({ projectId: z.string(), addedOn: DayOf })),
  members: z.array(z.object({ personId: z.string(), as: z.enum(['member', 'guest']), addedOn: DayOf })),
  meetings: z.array(Meeting),
  closure: z.object({ closedBy: z.string(), closedOn: DayOf, learned: z.string() }).nullable(),
  stopped: z.object({ stoppedBy: z.string(), stoppedOn: DayOf, reason: z.string() }).nullable(),
  leadLeftOn: DayOf.nullable(),
});
export type SetData = z.infer<typeof SetData>;

// Forms

const id = z.string().trim().min(1).max(100);
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

export const StartForm = z.strictObject({
  leadId: labelled('leadId', id).optional(),
  title: labelled('title', text(150)),
  priorityArea: labelled('priorityArea', text(150)),
  memberIds: labelled('memberIds', z.array(id).max(MOST_MEMBERS)).default([]),
});
export type StartInput = z.infer<typeof StartForm>;

/** The days that a meeting may have. */
export interface MeetingDays {
  readonly from: Day;
  readonly to: Day;
}

const meetingFields = ({ from, to }: MeetingDays) => ({
  on: labelled(
    'on',
    DayOf.refine((on) => on >= from && on <= to, refusals['meeting-out-of-range']()),
    { formatMinimum: from, formatMaximum: to },
  ),
  at: labelled('at', z.string().trim().regex(TIME, refusals['bad-time']())).optional(),
  place: labelled('place', text(PLACE)),
  agenda: labelled('agenda', text(AGENDA)),
});

export const meetingForm = (days: MeetingDays) => z.strictObject(meetingFields(days));
export interface MeetingAnswer {
  readonly on: Day;
  readonly at?: string;
  readonly place: string;
  readonly agenda: string;
}

export interface Named {
  readonly personId: string;
  readonly name: string;
}

const presentField = (people: readonly Named[]) =>
  labelled(
    'present',
    z.array(
      choice(
        people.map(({ personId }) => personId),
        (personId) => people.find((person) => person.personId === personId)?.name ?? personId,
      ),
    ),
  );

/** Who came, what is next and, where it is known, the next meeting: then its three fields go together. */
export function recordedForm(people: readonly Named[], days: MeetingDays) {
  const { on, at, place, agenda } = meetingFields(days);
  return z.strictObject({
    present: presentField(people),
    next: labelled('next', text(SHORT_TEXT)).optional(),
    on: on.optional(),
    at,
    place: place.optional(),
    agenda: agenda.optional(),
  });
}
export interface RecordedAnswer extends Partial<MeetingAnswer> {
  readonly present: readonly string[];
  readonly next?: string;
}

export const notHeldForm = () => z.strictObject({ reason: labelled('reason', text(SHORT_TEXT)) });
export type NotHeldAnswer = z.infer<ReturnType<typeof notHeldForm>>;

export const closeForm = () => z.strictObject({ learned: labelled('learned', text(LONG_TEXT)) });
export type CloseAnswer = z.infer<ReturnType<typeof closeForm>>;

export const stopForm = () => z.strictObject({ reason: labelled('reason', text(LONG_TEXT)) });
export type StopAnswer = z.infer<ReturnType<typeof stopForm>>;

export const addProjectForm = () => z.strictObject({ projectId: labelled('projectId', id) });
export type ProjectAnswer = z.infer<ReturnType<typeof addProjectForm>>;

/** One of these, by its number. */
const oneOf = (field: 'projectId' | 'personId' | 'meetingId', ids: readonly string[], label: (id: string) => string) =>
  z.strictObject({ [field]: labelled(field, choice(ids, label)) });

export const removeProjectForm = ({ projects }: SetData) =>
  oneOf(
    'projectId',
    projects.map(({ projectId }) => projectId),
    (projectId) => projectId,
  );

export const addMemberForm = () => z.strictObject({ personId: labelled('personId', id) });
export type MemberAnswer = z.infer<ReturnType<typeof addMemberForm>>;

export const removeMemberForm = (people: readonly Named[]) =>
  oneOf(
    'personId',
    people.map(({ personId }) => personId),
    (personId) => people.find((person) => person.personId === personId)?.name ?? personId,
  );

const meetingChoice = (meetings: readonly Meeting[]) =>
  choice(
    meetings.map(({ meetingId }) => meetingId),
    (meetingId) => {
      const meeting = meetings.find((each) => each.meetingId === meetingId);
      return meeting ? words.meetingOn(meeting.on, meeting.at) : meetingId;
    },
  );

export const removeMeetingForm = (meetings: readonly Meeting[]) =>
  z.strictObject({ meetingId: labelled('meetingId', meetingChoice(meetings)) });
export interface MeetingChoice {
  readonly meetingId: string;
}

export const attendanceForm = (meetings: readonly Meeting[], people: readonly Named[]) =>
  z.strictObject({ meetingId: labelled('meetingId', meetingChoice(meetings)), present: presentField(people) });
export interface AttendanceAnswer extends MeetingChoice {
  readonly present: readonly string[];
}

export const changeLeadForm = () => z.strictObject({ leadId: labelled('leadId', id) });
export type ChangeLeadAnswer = z.infer<ReturnType<typeof changeLeadForm>>;
