/** An action research set, declared: its tasks, its timer, its actions. The story is plotted in `machine.ts`, the policy is in `rules.ts`. */
import { type ActionSpec, defineProcess, present, task, timer, type View } from '../kernel/process.ts';
import * as facts from './facts.ts';
import * as rules from './rules.ts';
import * as schemas from './schemas.ts';
import { texts, words } from './texts.ts';

type SetView = View<schemas.SetData>;

/** Somebody from outside has no line manager here, so the trust-lead chases, and may do it as well. */
const lead = { decider: rules.lead, alsoBy: 'trust-lead', chaser: 'trust-lead', findings: facts.setFindings } as const;

const planMeeting = task('plan-meeting', {
  ...lead,
  stage: 'planning',
  outcomes: {
    planned: (view: SetView) => schemas.meetingForm(rules.meetingDays(view)),
    closed: schemas.closeForm,
  },
  answer: (view: SetView, chosen, form, actor) =>
    chosen === 'planned'
      ? rules.planned(view, form as unknown as schemas.MeetingAnswer, present(actor))
      : rules.closed(view, form as schemas.CloseAnswer, present(actor)),
  atOnce: rules.plannedOrClosed,
  facts: facts.planFacts,
});

const nextMeeting = timer('next-meeting', { stage: 'meeting', on: rules.meetsOn, elapsed: rules.onMeetingDay });

const recordMeeting = task('record-meeting', {
  ...lead,
  stage: 'meeting',
  outcomes: {
    recorded: (view: SetView) => schemas.recordedForm(rules.peopleOf(view), rules.meetingDays(view)),
    'not-held': schemas.notHeldForm,
  },
  answer: (view: SetView, chosen, form, actor) =>
    chosen === 'recorded'
      ? rules.recorded(view, form as unknown as schemas.RecordedAnswer, present(actor))
      : rules.notHeld(view, (form as schemas.NotHeldAnswer).reason, present(actor)),
  facts: facts.meetingFacts,
});

export const tasks = { planMeeting, recordMeeting } as const;
export const timers = { nextMeeting } as const;

const by = ['subject', 'trust-lead'] as const;

export const actions = {
  'add-project': {
    by,
    form: schemas.addProjectForm,
    act: (view, form, actor) => rules.addProject(view, form as schemas.ProjectAnswer, actor),
    event: 'project-added',
  },
  'remove-project': {
    by,
    refusedNow: rules.noProject,
    form: (view) => schemas.removeProjectForm(view.data),
    act: (view, form) => rules.removeProject(view, form as schemas.ProjectAnswer),
    event: 'project-removed',
  },
  'add-member': {
    by,
    form: schemas.addMemberForm,
    act: (view, form, actor) => rules.addMember(view, form as schemas.MemberAnswer, actor),
    event: 'member-added',
  },
  'remove-member': {
    by,
    refusedNow: rules.noMember,
    form: (view) => schemas.removeMemberForm(rules.membersOf(view)),
    act: (view, form, actor) => rules.removeMember(view, form as schemas.MemberAnswer, actor),
    event: 'member-removed',
  },
  'add-meeting': {
    by,
    form: (view) => schemas.meetingForm(rules.meetingDays(view)),
    act: (view, form, actor) => rules.addMeeting(view, form as unknown as schemas.MeetingAnswer, actor),
    event: 'meeting-added',
  },
  'remove-meeting': {
    by,
    refusedNow: rules.noPlannedMeeting,
    form: (view) => schemas.removeMeetingForm(rules.plannedMeetings(view.data)),
    act: (view, form, actor) => rules.removeMeeting(view, form as unknown as schemas.MeetingChoice, actor),
    event: 'meeting-removed',
  },
  'record-attendance': {
    by,
    refusedNow: rules.noHeldMeeting,
    form: (view) => schemas.attendanceForm(rules.heldMeetings(view.data), rules.peopleOf(view)),
    act: (view, form, actor) => rules.recordAttendance(view, form as unknown as schemas.AttendanceAnswer, actor),
    event: 'attendance-recorded',
  },
  'change-lead': {
    by,
    form: schemas.changeLeadForm,
    act: (view, form, actor) => rules.changeLead(view, form as schemas.ChangeLeadAnswer, actor),
    event: 'lead-changed',
  },
  'close-set': {
    by,
    form: schemas.closeForm,
    mayEnd: true,
    act: (view, form, actor) => rules.closeSet(view, form as schemas.CloseAnswer, actor),
    event: 'set-closed',
  },
  'stop-set': {
    by,
    form: schemas.stopForm,
    mayEnd: true,
    act: (view, form, actor) => rules.stopSet(view, form as schemas.StopAnswer, actor),
    event: 'set-stopped',
  },
} as const satisfies Record<string, ActionSpec<schemas.SetData>>;

export const process = defineProcess({
  kind: rules.KIND,
  path: 'action-research-sets',
  data: schemas.SetData,
  input: schemas.StartForm,
  subjectOf: (input, actor) => (typeof input['leadId'] === 'string' ? input['leadId'] : actor.personId),
  startedBy: ['school-lead', 'headteacher', 'trust-lead', 'executive'],
  start: rules.start,
  mentions: rules.mentions,
  onJoined: rules.onJoined,
  waits: { 'plan-meeting': planMeeting, 'next-meeting': nextMeeting, 'record-meeting': recordMeeting },
  actions,
  milestones: ({ data }) =>
    data.meetings.map((meeting, at) => ({
      name: `meeting-${at + 1}`,
      label: words.meetingOn(meeting.on, meeting.at),
      dueOn: meeting.on,
      doneOn: meeting.state === 'held' ? meeting.on : null,
    })),
  onEnd: rules.onEnd,
  onSubjectLeft: rules.onSubjectLeft,
  named: rules.named,
  titled: ({ title }) => title,
  about: facts.about,
  linked: ({ projects }) => projects.map(({ projectId }) => projectId),
  linkGuard: rules.projectGuard,
  brief: rules.brief,
  texts,
});
