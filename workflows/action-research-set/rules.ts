/**
 * The policy of an action research set: several projects that learn together, with a lead from outside or of the trust,
 * dated meetings, and members from within and beyond the trust. Pure: everything a rule looks at is in its view.
 *
 * Source: the trust's own way of action research sets; guests see their set and no project (settled rules on rights).
 */
import { tellEach } from '../kernel/news.ts';
import { currentPosts, displayName, holdersNow, holds, isCurrent, schoolsOf } from '../kernel/people.ts';
import type { Acted, Answered, Course, Decider, Effect, Mentions, Started, View } from '../kernel/process.ts';
import { type Person, type Process, TRUST } from '../kernel/records.ts';
import { isRejection, type Rejection } from '../kernel/rejections.ts';
import { isEnded } from '../kernel/snapshot.ts';
import { addDays, type Day } from '../kernel/time.ts';
import type { World } from '../kernel/world.ts';
import * as refuse from './refusals.ts';
import {
  type AttendanceAnswer,
  type ChangeLeadAnswer,
  type CloseAnswer,
  type Meeting,
  type MeetingAnswer,
  type MeetingChoice,
  type MeetingDays,
  type MemberAnswer,
  MOST_MEETINGS,
  MOST_MEMBERS,
  MOST_PROJECTS,
  type Named,
  type ProjectAnswer,
  type RecordedAnswer,
  type SetData,
  type StartInput,
  type StopAnswer,
} from './schemas.ts';

export const KIND = 'action-research-set';
const PROJECT = 'action-research';
const RULE_SET = 'set-1';

type SetView = View<SetData>;
type Answer<Outcome extends string> = Answered<SetData, Outcome>;

/** Whom and what a form names beyond what is on record of the set. */
export const mentions = (sent: Readonly<Record<string, unknown>>): Mentions => ({
  personIds: strings(sent['leadId'], sent['memberIds'], sent['personId']),
  processIds: strings(sent['projectId']),
});

const strings = (...values: readonly unknown[]): readonly string[] =>
  values.flat().filter((value): value is string => typeof value === 'string');

// People

/** A colleague is a member, a partner from outside a guest; anybody else is neither. */
function standingOf(person: Person | undefined, today: Day): 'member' | 'guest' | undefined {
  if (person === undefined) return undefined;
  if (currentPosts(person, today).length > 0) return 'member';
  return holds(person, 'partner', TRUST, today) ? 'guest' : undefined;
}

/** A colleague's set is at their school; one that is led from outside belongs to the trust. */
const homeOf = (lead: Person, today: Day): string => schoolsOf(lead, today)[0] ?? TRUST;

/** The lead's own work; when they are no longer with us the trust-lead's. */
export const lead = ({ process, world }: SetView): Decider =>
  isCurrent(world.subject, world.today) ? { personId: process.subjectId } : { role: 'trust-lead', schoolId: TRUST };

/** Everybody who may have come to a meeting, by name. */
export const peopleOf = ({ data, process, world }: SetView): readonly Named[] =>
  [process.subjectId, ...data.members.map(({ personId }) => personId)].map((personId) => {
    const person = world.directory.person(personId);
    return { personId, name: person ? displayName(person) : personId };
  });

/** Members and guests, by name. */
export const membersOf = (view: SetView): readonly Named[] =>
  peopleOf(view).filter(({ personId }) => personId !== view.process.subjectId);

const memberIds = ({ members }: SetData): readonly string[] => members.map(({ personId }) => personId);

// Projects

/** A project belongs to one set at most: the name that only one set can hold. */
export const projectGuard = (projectId: string): string => `research-set#${projectId}`;

const claim = (projectId: string): Effect => ({
  effect: 'claim',
  guard: projectGuard(projectId),
  rejection: refuse.inAnotherSet(),
});

const release = (projectId: string): Effect => ({ effect: 'release', guard: projectGuard(projectId) });

const withProject = ({ data, world }: SetView, projectId: string): SetData => ({
  ...data,
  projects: [...data.projects, { projectId, addedOn: world.today }],
});

/** A project that is started in the set is one of its own at once. */
export function onJoined(
  view: SetView,
  joiner: Process,
): { readonly data: SetData; readonly effects: readonly Effect[] } | undefined {
  const { data, process } = view;
  if (joiner.kind !== PROJECT || data.projects.length >= MOST_PROJECTS) return undefined;
  return {
    data: withProject(view, joiner.processId),
    effects: [
      claim(joiner.processId),
      ...tellEach([process.subjectId], 'project-joined', [view.world.subject.personId]),
    ],
  };
}

export function addProject(view: SetView, form: ProjectAnswer, actor: Person): Acted<SetData> | Rejection {
  const { data, world } = view;
  const { projectId } = form;
  if (data.projects.some((project) => project.projectId === projectId)) return refuse.alreadyInThisSet();
  if (data.projects.length >= MOST_PROJECTS) return refuse.tooManyProjects(MOST_PROJECTS);
  const project = world.mentioned(projectId);
  if (project === undefined || project.kind !== PROJECT || isEnded(project)) return refuse.noSuchProject();
  return {
    data: withProject(view, projectId),
    course: { then: 'stays' },
    effects: [claim(projectId), ...tellEach([project.subjectId], 'project-in-set', [actor.personId])],
    eventData: { projectId },
  };
}

export const noProject = ({ data }: SetView): Rejection | undefined =>
  data.projects.length === 0 ? refuse.nothingThere('project') : undefined;

export const removeProject = ({ data }: SetView, { projectId }: ProjectAnswer): Acted<SetData> => ({
  data: { ...data, projects: data.projects.filter((project) => project.projectId !== projectId) },
  course: { then: 'stays' },
  effects: [release(projectId)],
  eventData: { projectId },
});

// Start

/** Starts a set for its lead, who may be somebody from outside; its first meeting is to be planned. */
export function start(
  sent: Readonly<Record<string, unknown>>,
  actor: Person,
  world: World,
): Started<SetData> | Rejection {
  const input = sent as unknown as StartInput;
  const { subject, today, directory } = world;
  if (standingOf(subject, today) === undefined) return refuse.notALead();
  const ids = [...new Set(input.memberIds)];
  if (ids.includes(subject.personId)) return refuse.leadIsNoMember('memberIds');
  const members = ids.map((personId) => ({ personId, as: standingOf(directory.person(personId), today) }));
  if (members.some(({ as }) => as === undefined)) return refuse.nobodyOfThat('memberIds');
  return {
    data: {
      title: input.title,
      priorityArea: input.priorityArea,
      projects: [],
      members: members.flatMap(({ personId, as }) => (as === undefined ? [] : [{ personId, as, addedOn: today }])),
      meetings: [],
      closure: null,
      stopped: null,
      leadLeftOn: null,
    },
    subjectId: subject.personId,
    schoolId: homeOf(subject, today),
    ruleSet: RULE_SET,
    wait: 'plan-meeting',
    effects: [
      ...tellEach([subject.personId], 'you-lead-a-set', [actor.personId]),
      ...tellEach(ids, 'in-the-set', [actor.personId]),
    ],
  };
}

// Meetings

const DAYS_BACK = 365;
const DAYS_AHEAD = 2 * 365;

/** The days that a meeting may have: one that was held may be put on record, and nobody plans further than two years. */
export const meetingDays = ({ world }: SetView): MeetingDays => ({
  from: addDays(world.today, -DAYS_BACK),
  to: addDays(world.today, DAYS_AHEAD),
});

const byTime = (a: Meeting, b: Meeting): number => (`${a.on} ${a.at ?? ''}` < `${b.on} ${b.at ?? ''}` ? -1 : 1);

export const plannedMeetings = (data: SetData): readonly Meeting[] =>
  data.meetings.filter(({ state }) => state === 'planned').sort(byTime);

export const heldMeetings = (data: SetData): readonly Meeting[] =>
  data.meetings.filter(({ state }) => state === 'held').sort(byTime);

/** The meeting that comes next, or that is to be recorded: the earliest that is planned. */
export const nextMeeting = (data: SetData): Meeting | undefined => plannedMeetings(data)[0];

export const meetsOn = ({ data, world }: SetView): Day => nextMeeting(data)?.on ?? world.today;

/** Everybody is told on the morning of the day. */
export const onMeetingDay = ({ data, process }: SetView): { data: SetData; effects: readonly Effect[] } => ({
  data,
  effects: tellEach([process.subjectId, ...memberIds(data)], 'meets-today'),
});

/** Nothing to ask where a meeting is planned already, or the set is closed. */
export function plannedOrClosed({ data }: SetView): Answer<'planned' | 'closed'> | undefined {
  if (data.closure !== null) return { outcome: 'closed', data };
  return nextMeeting(data) === undefined ? undefined : { outcome: 'planned', data };
}

const withMeeting = ({ data, world }: SetView, form: MeetingAnswer): SetData | Rejection => {
  if (data.meetings.length >= MOST_MEETINGS) return refuse.tooManyMeetings(MOST_MEETINGS);
  const meeting: Meeting = {
    meetingId: world.newId(),
    on: form.on,
    at: form.at ?? null,
    place: form.place,
    agenda: form.agenda,
    state: 'planned',
    present: [],
    next: null,
    recordedBy: null,
    recordedOn: null,
  };
  return { ...data, meetings: [...data.meetings, meeting] };
};

export function planned(view: SetView, form: MeetingAnswer, actor: Person): Answer<'planned'> | Rejection {
  const data = withMeeting(view, form);
  if (isRejection(data)) return data;
  return {
    outcome: 'planned',
    data,
    effects: tellEach(memberIds(data), 'meeting-planned', [actor.personId], { on: form.on }),
    eventData: { on: form.on },
  };
}

/** It may be before the one that is planned: then that day comes first. */
export function addMeeting(view: SetView, form: MeetingAnswer, actor: Person): Acted<SetData> | Rejection {
  const data = withMeeting(view, form);
  if (isRejection(data)) return data;
  return {
    data,
    course: view.process.wait === 'plan-meeting' ? { then: 'goes-to', wait: 'next-meeting' } : { then: 'stays' },
    effects: tellEach([view.process.subjectId, ...memberIds(data)], 'meeting-planned', [actor.personId], {
      on: form.on,
    }),
    eventData: { on: form.on },
  };
}

export const noPlannedMeeting = ({ data }: SetView): Rejection | undefined =>
  nextMeeting(data) === undefined ? refuse.nothingThere('plannedMeeting') : undefined;

export function removeMeeting(view: SetView, { meetingId }: MeetingChoice, actor: Person): Acted<SetData> {
  const { data, process } = view;
  const cancelled = data.meetings.find((meeting) => meeting.meetingId === meetingId);
  const isNext = nextMeeting(data)?.meetingId === meetingId;
  const left: SetData = { ...data, meetings: data.meetings.filter((meeting) => meeting.meetingId !== meetingId) };
  const isOver = process.wait === 'record-meeting' ? isNext : nextMeeting(left) === undefined;
  const course: Course = isOver ? { then: 'goes-to', wait: 'plan-meeting' } : { then: 'stays' };
  return {
    data: left,
    course,
    effects: cancelled
      ? tellEach([process.subjectId, ...memberIds(data)], 'meeting-cancelled', [actor.personId], { on: cancelled.on })
      : [],
    eventData: { meetingId },
  };
}

const recordedAs = (
  { data, world }: SetView,
  actor: Person,
  as: Pick<Meeting, 'state' | 'present' | 'next'>,
): SetData => {
  const due = nextMeeting(data);
  return {
    ...data,
    meetings: data.meetings.map((meeting) =>
      meeting.meetingId === due?.meetingId
        ? { ...meeting, ...as, recordedBy: actor.personId, recordedOn: world.today }
        : meeting,
    ),
  };
};

/** The next meeting named with it, or nothing; what is missing of it is asked for. */
function nextNamed({ on, at, place, agenda }: RecordedAnswer): MeetingAnswer | Rejection | undefined {
  if (on === undefined && at === undefined && place === undefined && agenda === undefined) return undefined;
  if (on === undefined) return refuse.incompleteNext('on');
  if (place === undefined) return refuse.incompleteNext('place');
  if (agenda === undefined) return refuse.incompleteNext('agenda');
  return { on, place, agenda, ...(at !== undefined && { at }) };
}

export function recorded(view: SetView, form: RecordedAnswer, actor: Person): Answer<'recorded'> | Rejection {
  const named = nextNamed(form);
  if (isRejection(named)) return named;
  const present = [...new Set(form.present)];
  const held = recordedAs(view, actor, { state: 'held', present, next: form.next ?? null });
  const data = named === undefined ? held : withMeeting({ ...view, data: held }, named);
  if (isRejection(data)) return data;
  return {
    outcome: 'recorded',
    data,
    effects:
      named === undefined ? [] : tellEach(memberIds(data), 'meeting-planned', [actor.personId], { on: named.on }),
    eventData: { present: present.length, ...(named && { on: named.on }) },
  };
}

export const notHeld = (view: SetView, reason: string, actor: Person): Answer<'not-held'> => ({
  outcome: 'not-held',
  data: recordedAs(view, actor, { state: 'not-held', present: [], next: reason }),
});

export const noHeldMeeting = ({ data }: SetView): Rejection | undefined =>
  heldMeetings(data).length === 0 ? refuse.nothingThere('heldMeeting') : undefined;

/** Who came to a meeting that is on record, put right. */
export const recordAttendance = ({ data, world }: SetView, form: AttendanceAnswer, actor: Person): Acted<SetData> => ({
  data: {
    ...data,
    meetings: data.meetings.map((meeting) =>
      meeting.meetingId === form.meetingId
        ? {
            ...meeting,
            present: [...new Set(form.present)],
            recordedBy: actor.personId,
            recordedOn: world.today,
          }
        : meeting,
    ),
  },
  course: { then: 'stays' },
  eventData: { meetingId: form.meetingId, present: form.present.length },
});

/** How many members and guests came to none of the meetings since they were added. */
export const neverCame = ({ data }: SetView): number =>
  data.members.filter(({ personId, addedOn }) => {
    const since = heldMeetings(data).filter(({ on }) => on >= addedOn);
    return since.length > 0 && since.every(({ present }) => !present.includes(personId));
  }).length;

// Members

export function addMember(view: SetView, { personId }: MemberAnswer, actor: Person): Acted<SetData> | Rejection {
  const { data, process, world } = view;
  if (personId === process.subjectId) return refuse.leadIsNoMember('personId');
  if (memberIds(data).includes(personId)) return refuse.alreadyIn();
  if (data.members.length >= MOST_MEMBERS) return refuse.tooManyMembers(MOST_MEMBERS);
  const as = standingOf(world.directory.person(personId), world.today);
  if (as === undefined) return refuse.nobodyOfThat('personId');
  return {
    data: { ...data, members: [...data.members, { personId, as, addedOn: world.today }] },
    course: { then: 'stays' },
    effects: tellEach([personId], 'in-the-set', [actor.personId]),
    eventData: { personId, as },
  };
}

export const noMember = ({ data }: SetView): Rejection | undefined =>
  data.members.length === 0 ? refuse.nothingThere('member') : undefined;

export const removeMember = ({ data }: SetView, { personId }: MemberAnswer, actor: Person): Acted<SetData> => ({
  data: { ...data, members: data.members.filter((member) => member.personId !== personId) },
  course: { then: 'stays' },
  effects: tellEach([personId], 'not-in-the-set', [actor.personId]),
  eventData: { personId },
});

/** The set goes on with another lead, at whose school it then is. */
export function changeLead(view: SetView, { leadId }: ChangeLeadAnswer, actor: Person): Acted<SetData> | Rejection {
  const { data, process, world } = view;
  if (leadId === process.subjectId) return refuse.alreadyLeads();
  const next = world.directory.person(leadId);
  if (next === undefined || standingOf(next, world.today) === undefined) return refuse.notALead();
  const members = data.members.filter(({ personId }) => personId !== leadId);
  return {
    data: { ...data, members, leadLeftOn: null },
    subjectId: leadId,
    schoolId: homeOf(next, world.today),
    course: { then: 'stays' },
    effects: [
      ...tellEach([leadId], 'you-lead-a-set', [actor.personId]),
      ...tellEach([process.subjectId, ...members.map(({ personId }) => personId)], 'lead-changed', [actor.personId]),
    ],
    eventData: { fromLeadId: process.subjectId, leadId },
  };
}

// The end

const withClosure = ({ data, world }: SetView, { learned }: CloseAnswer, actor: Person): SetData => ({
  ...data,
  closure: { closedBy: actor.personId, closedOn: world.today, learned },
});

const closureNews = ({ data, process }: SetView, actor: Person): readonly Effect[] =>
  tellEach([process.subjectId, ...memberIds(data)], 'set-closed', [actor.personId]);

/** It has done its work: decided when the next meeting would be planned. */
export const closed = (view: SetView, form: CloseAnswer, actor: Person): Answer<'closed'> => ({
  outcome: 'closed',
  data: withClosure(view, form, actor),
  effects: closureNews(view, actor),
});

/** The same at any time: what is planned is not waited for. */
export const closeSet = (view: SetView, form: CloseAnswer, actor: Person): Acted<SetData> => ({
  data: withClosure(view, form, actor),
  course: { then: 'goes-to', wait: 'plan-meeting' },
  effects: closureNews(view, actor),
});

export const stopSet = (view: SetView, { reason }: StopAnswer, actor: Person): Acted<SetData> => {
  const { data, process, world } = view;
  return {
    data: { ...data, stopped: { stoppedBy: actor.personId, stoppedOn: world.today, reason } },
    course: { then: 'stops', outcome: 'stopped' },
    effects: tellEach([process.subjectId, ...memberIds(data)], 'set-stopped', [actor.personId]),
  };
};

/** Its projects go on, and may join another set. */
export const onEnd = ({ data }: SetView): { data: SetData; effects: readonly Effect[] } => ({
  data,
  effects: data.projects.map(({ projectId }) => release(projectId)),
});

/** The set stays as it is: the trust-lead is told, once, and finds the lead's work among their own. */
export function onSubjectLeft({ data, world }: SetView): Acted<SetData> | undefined {
  const { subject, directory, today } = world;
  const isToCome = subject.posts.some((post) => post.endsOn === undefined || post.endsOn >= today);
  if (data.leadLeftOn !== null || isCurrent(subject, today) || isToCome) return undefined;
  const trustLeads = holdersNow(directory, 'trust-lead', TRUST, today).map(({ personId }) => personId);
  return {
    data: { ...data, leadLeftOn: today },
    course: { then: 'stays' },
    effects: tellEach(trustLeads, 'lead-left'),
  };
}

// What others see

export const named = (data: SetData): readonly { readonly personId: string; readonly as: string }[] =>
  data.members.map(({ personId, as }) => ({ personId, as }));

/** When it meets and met, and how many are in it: nothing that people wrote, and no names. */
export const brief = (data: SetData): Readonly<Record<string, unknown>> => ({
  meetings: data.meetings.map(({ on, state, present }) => ({ on, state, present: present.length })),
  members: data.members.length,
  projects: data.projects.length,
});
