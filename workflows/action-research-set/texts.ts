/** Every sentence that a person reads about an action research set. Plain words, what happened, what to do. */
import type { Texts } from '../kernel/process.ts';
import { type Day, fullDate } from '../kernel/time.ts';

export type WaitKey = 'plan-meeting' | 'next-meeting' | 'record-meeting';

export type ActionKey =
  | 'add-project'
  | 'remove-project'
  | 'add-member'
  | 'remove-member'
  | 'add-meeting'
  | 'remove-meeting'
  | 'record-attendance'
  | 'change-lead'
  | 'close-set'
  | 'stop-set';

export const fields = {
  leadId: 'Lead',
  title: 'Title',
  priorityArea: 'Priority',
  memberIds: 'Members and guests',
  personId: 'Person',
  projectId: 'Project',
  meetingId: 'Meeting',
  on: 'Day',
  at: 'Time',
  place: 'Place',
  agenda: 'What is it about?',
  present: 'Who came?',
  next: 'What is next?',
  learned: 'What came of it?',
  reason: 'Reason',
} as const satisfies Record<string, string>;
export type FieldName = keyof typeof fields;

/** Said at each text that people write. */
const NO_PUPILS = 'Do not name pupils, or describe one so that others know who it is.';

export const hints: { readonly [F in FieldName]?: string } = {
  leadId: 'Somebody of the trust, or from outside who is on file as a partner.',
  memberIds: 'Colleagues, and guests from outside who are on file as partners. Guests see the set and no project.',
  personId: 'A colleague, or a guest from outside who is on file as a partner. Guests see the set and no project.',
  projectId: 'The number of an action research project that is under way. It can be in one set only.',
  at: 'For example 16:00.',
  agenda: NO_PUPILS,
  next: `Members and guests read this. ${NO_PUPILS}`,
  learned: `Members and guests read this. ${NO_PUPILS}`,
};

export const texts = {
  label: 'Action research set',
  stages: { planning: 'Next meeting to be planned', meeting: 'Meetings' },
  waits: {
    'plan-meeting': {
      title: 'Plan the next meeting of the set',
      why: 'No meeting is planned. When and where do you meet next? If the set has done its work, close it.',
      outcomes: { planned: 'Plan it', closed: 'Close the set' },
    },
    'next-meeting': {
      title: 'The next meeting of the set',
      why: 'On this day the set meets.',
      outcomes: { elapsed: 'The day has come' },
    },
    'record-meeting': {
      title: 'Record the meeting of the set',
      why: 'The set was to meet. Who came, and what is next? Name the next meeting here if you know it.',
      outcomes: { recorded: 'It was held', 'not-held': 'It was not held' },
    },
  },
  actions: {
    'add-project': 'Take a project into the set',
    'remove-project': 'Take a project out of the set',
    'add-member': 'Add a member or guest',
    'remove-member': 'Remove a member or guest',
    'add-meeting': 'Add a meeting',
    'remove-meeting': 'Cancel a meeting',
    'record-attendance': 'Correct who came to a meeting',
    'change-lead': 'Change the lead',
    'close-set': 'Close the set',
    'stop-set': 'Stop the set',
  },
  ends: { closed: 'Closed: it has done its work', stopped: 'Stopped' },
  told: {
    'you-lead-a-set': 'You lead an action research set. Please plan its first meeting.',
    'lead-changed': 'An action research set that you are in has another lead now.',
    'lead-left':
      'The lead of an action research set is no longer with us. Please name who carries on, or stop the set.',
    'in-the-set': 'You are in an action research set. You can read who is in it and when it meets.',
    'not-in-the-set': 'You are no longer in an action research set.',
    'meeting-planned': 'A meeting of your action research set is planned for {on}. Please note the day.',
    'meeting-cancelled': 'The meeting of your action research set on {on} is cancelled.',
    'meets-today': 'Your action research set meets today.',
    'project-joined': 'A project was started in your action research set.',
    'project-in-set': 'Your action research project was taken into a set.',
    'set-closed': 'An action research set that you were in is closed. Please read what came of it.',
    'set-stopped': 'An action research set that you were in has stopped.',
  },
  fields,
  named: { member: 'Member', guest: 'Guest from outside' },
} as const satisfies Texts<WaitKey, ActionKey>;

/** Refusals: what was wrong, and what to do. */
export const refusals = {
  'not-a-lead': () => 'The lead is a colleague with a current post, or on file as a partner from outside.',
  'already-leads': () => 'This person leads the set already.',
  'no-such-person': () => 'There is no colleague with a current post and no partner from outside under this number.',
  'lead-is-no-member': () => 'The lead is in the set already.',
  'already-in': () => 'This person is in the set already.',
  'no-such-project': () => 'There is no action research project under way with this number.',
  'already-in-this-set': () => 'This project is in the set already.',
  'in-another-set': () => 'This project is in a set already. It can be in one only: take it out of that one first.',
  'set-is-full': (what: string, most: number) => `A set has at most ${most} ${what}.`,
  'meeting-out-of-range': () => 'The day must be within a year before and two years after today.',
  'bad-time': () => 'Enter a time like 16:00.',
  'incomplete-next': () => 'A next meeting needs its day, its place and what it is about.',
  'nothing-there': (what: string) => `There is no ${what} in the set.`,
} as const;

export const findings = {
  'no-pupil-names': () =>
    'Members and guests from outside read this. Do not name pupils, or describe one so that others know who it is.',
  'lead-left': () => 'The lead is no longer with us. Name who carries on with “Change the lead”.',
  'never-came': (people: number, meetings: number) =>
    `${people === 1 ? '1 person has' : `${people} people have`} come to none of the ${meetings} meetings so far.`,
} as const;
export type FindingCode = keyof typeof findings;

/** Labels of the facts that are shown beside a task. */
export const facts = {
  title: 'Set',
  priorityArea: 'Priority',
  projects: 'Projects',
  members: 'Members',
  guests: 'Guests from outside',
  meeting: 'Meeting',
  agenda: 'About',
  lastNext: 'What was to be next',
  held: 'Meetings held',
  learned: 'What was learned',
  stopped: 'Why it was stopped',
} as const;

/** Above the facts of its page. */
export const groups = { meetings: 'Meetings', end: 'How it ended' } as const;

export const words = {
  meeting: (on: Day, at: string | null, place: string) => `${fullDate(on)}${at === null ? '' : `, ${at}`}, ${place}`,
  meetingOn: (on: Day, at: string | null) => `Meeting on ${fullDate(on)}${at === null ? '' : `, ${at}`}`,
  nobody: 'Nobody yet',
  planned: (at: string | null, place: string, agenda: string) =>
    `Planned${at === null ? '' : ` for ${at}`}: ${place}\n${agenda}`,
  held: (place: string, agenda: string, present: readonly string[]) =>
    `Held: ${place}\n${agenda}\nThere: ${present.length === 0 ? 'nobody' : present.join(', ')}`,
  notHeld: (agenda: string) => `Not held\n${agenda}`,
  next: (next: string) => `Next: ${next}`,
  why: (reason: string) => `Why: ${reason}`,
  projects: 'projects',
  members: 'members and guests',
  meetings: 'meetings',
  plannedMeeting: 'planned meeting',
  heldMeeting: 'meeting that was held',
  project: 'project',
  member: 'member or guest',
} as const;
