/**
 * What an induction keeps, what starts one, and the form of each outcome and action. What people write in reviews and
 * reports stands in the answers of the tasks, never here: two years of it would not fit into one record.
 */
import * as z from 'zod';
import { choice, dayBetween, makeLabelled, schoolField, text } from '../kernel/forms.ts';
import { type Person, SchoolId } from '../kernel/records.ts';
import { addDays, Day, fullDate } from '../kernel/time.ts';
import { absenceKinds } from './review-calendar.ts';
import {
  absenceLabels,
  bodyTypeLabels,
  deferralLabels,
  facts,
  fields,
  hints,
  leavingLabels,
  programmeLabels,
  recommendationLabels,
  reductionLabels,
  refusals,
} from './texts.ts';

/** Most characters of each text of a review or report: one answer stays far below what a record holds. */
const LONG_TEXT = 6000;
const SHORT_TEXT = 2000;

/** The two routes of training; earlier names map to these (`config/initializers/constants.rb`). */
export const programmes = ['provider-led', 'school-led'] as const;
export type Programme = (typeof programmes)[number];

/** Appropriate bodies for inductions that begin now; local authorities have not been since September 2024 (¶2.24). */
export const bodyTypes = ['teaching-school-hub', 'national'] as const;

/** The DfE's reasons for a deferral of training (`training_period.rb`). */
export const deferralReasons = [
  'bereavement',
  'long_term_sickness',
  'parental_leave',
  'career_break',
  'other',
] as const;

/** The DfE's reasons for leaving (`training_period.rb`), and an induction that never began. */
export const leavingReasons = ['left_teaching_profession', 'moved_school', 'other', 'started_in_error'] as const;
export type LeavingReason = (typeof leavingReasons)[number];

export const reductionReasons = ['prior-experience', 'part-time-two-years'] as const;
export const recommendations = ['pass', 'fail', 'extend'] as const;

// What is kept

const Held = z.object({ personId: z.string(), from: Day, to: Day.nullable() });

/** A review or assessment that is over. What was written in it is the answer of the wait `step`. */
export const PastReview = z.object({
  key: z.string(),
  kind: z.enum(['progress', 'formal', 'interim']),
  term: z.int(),
  dueOn: Day,
  /** When it was held, for an assessment the day of the meeting; `null`: it was missed. */
  heldOn: Day.nullable(),
  /** On track to meet, or at the end meets, the Teachers' Standards; `null`: it was missed. */
  isOnTrack: z.boolean().nullable(),
  by: z.string().nullable(),
  step: z.int(),
  /** Assessments: the day on which the teacher signed, if they did. */
  signedOn: Day.nullable(),
  /** Assessments: the day on which the headteacher signed. */
  countersignedOn: Day.nullable(),
});
export type PastReview = z.infer<typeof PastReview>;

export const Absence = z.object({
  from: Day,
  to: Day,
  kind: z.enum(absenceKinds),
  days: z.number().nullable(),
  isExtending: z.boolean().nullable(),
});

export const Training = z.object({
  programme: z.enum(programmes),
  leadProvider: z.string().nullable(),
  from: Day,
  to: Day.nullable(),
});

export const Body = z.object({
  name: z.string(),
  type: z.enum(bodyTypes),
  urn: z.string().nullable(),
  registeredOn: Day.nullable(),
});

export const InductionData = z.object({
  qtsOn: Day,
  /** The day from which this process asks for reviews: earlier ones were held before it. */
  keptFrom: Day,
  termsServedBefore: z.number(),
  periods: z.array(z.object({ schoolId: SchoolId, from: Day, to: Day.nullable() })),
  hours: z.array(z.object({ from: Day, fte: z.number() })),
  absences: z.array(Absence),
  /** What the appropriate body decided about the length, in order. */
  termChanges: z.array(
    z.object({
      change: z.enum(['reduced', 'extended']),
      /** Terms taken off or put on. */
      terms: z.number(),
      reason: z.enum(reductionReasons).nullable(),
      decidedOn: Day,
    }),
  ),
  mentors: z.array(Held),
  tutors: z.array(Held),
  /** One person is mentor and tutor, exceptionally and with safeguards (¶2.45). */
  isOnePersonAgreed: z.boolean(),
  body: Body.nullable(),
  timetable: z.object({ firstYearPercent: z.number(), secondYearPercent: z.number() }).nullable(),
  /** Training is never assessed, and induction can be passed without completing it. */
  training: z.array(Training),
  deferrals: z.array(z.object({ reason: z.enum(deferralReasons), from: Day, to: Day.nullable() })),
  reviews: z.array(PastReview),
  /** A report that is being signed. */
  report: z
    .object({
      key: z.string(),
      kind: z.enum(['formal', 'interim']),
      term: z.int(),
      dueOn: Day,
      meetingOn: Day,
      isOnTrack: z.boolean(),
      by: z.string(),
      step: z.int(),
      schoolId: SchoolId,
      signedOn: Day.nullable(),
    })
    .nullable(),
  /** A move whose interim assessment the former school still owes. */
  move: z.object({ fromSchoolId: SchoolId, on: Day, tutorId: z.string().nullable(), term: z.int() }).nullable(),
  leaving: z.object({ leavesOn: Day, reason: z.enum(leavingReasons), terms: z.number() }).nullable(),
  recommendation: z
    .object({ recommendation: z.enum(recommendations), sentOn: Day, by: z.string(), completedOn: Day })
    .nullable(),
  outcome: z.object({ outcome: z.enum(['passed', 'failed']), decidedOn: Day }).nullable(),
  /** When the headteacher was last asked for another mentor or tutor, and in whose place. */
  asked: z.object({ personIds: z.array(z.string()), on: Day }).nullable(),
});
export type InductionData = z.infer<typeof InductionData>;

// Building blocks of forms

const labelled = makeLabelled(fields, hints);

const Urn = z.string().regex(/^\d{6}$/, 'Enter the six digits of the school’s URN');
const PersonId = z.string().min(1).max(100);

/** At most one decimal, from 0 to 16: what the DfE's service takes (hard case 54). */
const terms = (least: number, most = 16) =>
  z
    .number()
    .min(least, `Enter at least ${least}`)
    .max(most, `Enter no more than ${most} terms`)
    .multipleOf(0.1, 'Enter terms with at most one decimal, like 2.5');

const fte = z
  .number()
  .min(0.1, 'Enter a share of full time from 0.1 to 1')
  .max(1, 'Enter a share of full time from 0.1 to 1');

const between = (from: Day, to: Day) =>
  dayBetween(from, to, refusals['day-out-of-range'](fullDate(from), fullDate(to)));

/** One of those who hold the role at the school; where nobody is listed, a person id that the rules refuse with a reason. */
const personField = (
  field: 'mentorId' | 'tutorId',
  people: readonly Pick<Person, 'personId' | 'forename' | 'surname'>[],
) =>
  people.length === 0
    ? labelled(field, PersonId)
    : labelled(
        field,
        choice(
          people.map(({ personId }) => personId),
          (id) => {
            const person = people.find(({ personId }) => personId === id);
            return person ? `${person.forename} ${person.surname}` : id;
          },
        ),
      );

const onePerson = labelled('isOnePersonAgreed', z.boolean()).optional();
const confirmed = (field: 'isTimeGiven' | 'hasTeacherAgreed' | 'isBodyIndependent', refusal: string) =>
  labelled(field, z.literal(true, refusal), { type: 'boolean', enum: [true] });

// What starts one

export const StartForm = z.strictObject({
  personId: labelled('personId', PersonId),
  schoolId: labelled('schoolId', Urn).optional(),
  startsOn: labelled('startsOn', Day),
  qtsOn: labelled('qtsOn', Day),
  fte: labelled('fte', fte).default(1),
  mentorId: labelled('mentorId', PersonId).optional(),
  tutorId: labelled('tutorId', PersonId).optional(),
  isOnePersonAgreed: onePerson,
  appropriateBodyName: labelled('appropriateBodyName', text(200)),
  appropriateBodyType: labelled('appropriateBodyType', choice(bodyTypes, bodyTypeLabels)),
  appropriateBodyUrn: labelled('appropriateBodyUrn', Urn).optional(),
  isBodyIndependent: labelled('isBodyIndependent', z.boolean()),
  programme: labelled('programme', choice(programmes, programmeLabels)),
  leadProvider: labelled('leadProvider', text(200)).optional(),
  termsRequired: labelled('termsRequired', terms(1, 6)).default(6),
  termsServedBefore: labelled('termsServedBefore', terms(0)).default(0),
});
export type StartInput = z.infer<typeof StartForm>;

// Forms of outcomes

export interface Choices {
  readonly mentors: readonly Person[];
  readonly tutors: readonly Person[];
  readonly mentorId: string | undefined;
  readonly tutorId: string | undefined;
}

/** Who is named stays the answer where they may still be. */
const withDefault = <T extends z.ZodType<string, string>>(
  schema: T,
  id: string | undefined,
  among: readonly Person[],
) => (id !== undefined && among.some(({ personId }) => personId === id) ? schema.default(id as never) : schema);

export const mentorForm = ({ mentors, mentorId }: Choices) =>
  z.strictObject({
    mentorId: withDefault(personField('mentorId', mentors), mentorId, mentors),
    isTimeGiven: confirmed('isTimeGiven', refusals['time-not-given']()),
    isOnePersonAgreed: onePerson,
  });
export interface MentorAnswer {
  readonly mentorId: string;
  readonly isOnePersonAgreed?: boolean;
}

export const tutorForm = ({ tutors, tutorId }: Choices) =>
  z.strictObject({
    tutorId: withDefault(personField('tutorId', tutors), tutorId, tutors),
    isOnePersonAgreed: onePerson,
  });
export interface TutorAnswer {
  readonly tutorId: string;
  readonly isOnePersonAgreed?: boolean;
}

export function registeredForm({
  today,
  startsOn,
  isBodyKnown,
}: {
  readonly today: Day;
  readonly startsOn: Day;
  readonly isBodyKnown: boolean;
}) {
  return z.strictObject({
    registeredOn: labelled('registeredOn', between(addDays(today, -3 * 366), today)),
    startsOn: labelled('startsOn', Day).default(startsOn),
    ...(isBodyKnown
      ? {}
      : {
          appropriateBodyName: labelled('appropriateBodyName', text(200)),
          appropriateBodyType: labelled('appropriateBodyType', choice(bodyTypes, bodyTypeLabels)),
          appropriateBodyUrn: labelled('appropriateBodyUrn', Urn).optional(),
          isBodyIndependent: confirmed('isBodyIndependent', refusals['body-not-independent']()),
        }),
  });
}
export interface RegisteredAnswer {
  readonly registeredOn: Day;
  readonly startsOn: Day;
  readonly appropriateBodyName?: string;
  readonly appropriateBodyType?: (typeof bodyTypes)[number];
  readonly appropriateBodyUrn?: string;
}

/** At most 90 % of a timetable in terms 1 to 3, 95 % in terms 4 to 6, on top of planning time (¶2.20–21). */
export const timetableForm = () =>
  z.strictObject({
    firstYearPercent: labelled('firstYearPercent', z.number().min(10, refusals['too-little-time'](10)).max(100)),
    secondYearPercent: labelled('secondYearPercent', z.number().min(5, refusals['too-little-time'](5)).max(100)),
  });
export interface TimetableAnswer {
  readonly firstYearPercent: number;
  readonly secondYearPercent: number;
}

export interface Window {
  readonly from: Day;
  readonly to: Day;
}

export const onTrackForm = ({ from, to }: Window) =>
  z.strictObject({
    heldOn: labelled('heldOn', between(from, to)),
    evidence: labelled('evidence', text(LONG_TEXT)),
    targets: labelled('targets', text(LONG_TEXT)),
  });
export const notOnTrackForm = (window: Window) =>
  onTrackForm(window).extend({ concerns: labelled('concerns', text(LONG_TEXT)) });
export interface ProgressAnswer {
  readonly heldOn: Day;
}

export const supportForm = () => z.strictObject({ support: labelled('support', text(LONG_TEXT)) });
export const readForm = () => z.strictObject({ comments: labelled('comments', text(LONG_TEXT)).optional() });
export const nothingForm = () => z.strictObject({});

export const reportForm = ({ from, to }: Window) =>
  z.strictObject({
    meetingOn: labelled('meetingOn', between(from, to)),
    isOnTrack: labelled('isOnTrack', z.boolean()),
    strengths: labelled('strengths', text(LONG_TEXT)),
    evidence: labelled('evidence', text(LONG_TEXT)),
    targets: labelled('targets', text(LONG_TEXT)),
  });
export interface ReportAnswer {
  readonly meetingOn: Day;
  readonly isOnTrack: boolean;
}

export const recommendForm = ({ from, to }: Window) =>
  z.strictObject({
    recommendation: labelled('recommendation', choice(recommendations, recommendationLabels)),
    sentOn: labelled('sentOn', between(from, to)),
    reasons: labelled('reasons', text(SHORT_TEXT)).optional(),
  });
export interface RecommendAnswer {
  readonly recommendation: (typeof recommendations)[number];
  readonly sentOn: Day;
}

export const decidedForm = ({ from, to }: Window) =>
  z.strictObject({ decidedOn: labelled('decidedOn', between(from, to)) });
export interface DecidedAnswer {
  readonly decidedOn: Day;
}

export const extendedForm = (window: Window) => decidedForm(window).extend({ terms: labelled('terms', terms(0.1)) });
export interface ExtendedAnswer extends DecidedAnswer {
  readonly terms: number;
}

export const othersForm = (choices: Choices) =>
  z.strictObject({
    mentorId: withDefault(personField('mentorId', choices.mentors), choices.mentorId, choices.mentors),
    tutorId: withDefault(personField('tutorId', choices.tutors), choices.tutorId, choices.tutors),
    isOnePersonAgreed: onePerson,
  });
export interface OthersAnswer {
  readonly mentorId: string;
  readonly tutorId: string;
  readonly isOnePersonAgreed?: boolean;
}

// Forms of actions

export const changeMentorForm = ({ mentors }: Choices, { from, to }: Window) =>
  z.strictObject({
    mentorId: personField('mentorId', mentors),
    from: labelled('from', between(from, to)),
    isOnePersonAgreed: onePerson,
  });
export interface ChangeMentorAnswer extends MentorAnswer {
  readonly from: Day;
}

export const changeTutorForm = ({ tutors }: Choices, { from, to }: Window) =>
  z.strictObject({
    tutorId: personField('tutorId', tutors),
    from: labelled('from', between(from, to)),
    isOnePersonAgreed: onePerson,
  });
export interface ChangeTutorAnswer extends TutorAnswer {
  readonly from: Day;
}

export const absenceForm = ({ from, to }: Window) =>
  z
    .strictObject({
      from: labelled('from', between(from, to)),
      to: labelled('to', between(from, to)),
      kind: labelled('kind', choice(absenceKinds, absenceLabels)),
      days: labelled('days', z.number().min(0).max(800).multipleOf(0.5, 'Enter whole or half days')).optional(),
    })
    .refine((answer) => answer.from <= answer.to, { path: ['to'], error: refusals['ends-before-start']() });
export interface AbsenceAnswer {
  readonly from: Day;
  readonly to: Day;
  readonly kind: (typeof absenceKinds)[number];
  readonly days?: number;
}

export const changeHoursForm = ({ from, to }: Window) =>
  z.strictObject({ fte: labelled('fte', fte), from: labelled('from', between(from, to)) });
export interface ChangeHoursAnswer {
  readonly fte: number;
  readonly from: Day;
}

export const moveSchoolForm = (
  schools: readonly { readonly schoolId: string; readonly name: string }[],
  { from, to }: Window,
) =>
  z.strictObject({
    schoolId: labelled('schoolId', schoolField(schools) as z.ZodType<string, string>),
    on: labelled('on', between(from, to)),
  });
export interface MoveSchoolAnswer {
  readonly schoolId: string;
  readonly on: Day;
}

export const extendForm = (window: Window) => extendedForm(window);

export const reduceForm = (window: Window) =>
  decidedForm(window).extend({
    termsRequired: labelled('termsRequired', terms(1)),
    reason: labelled('reason', choice(reductionReasons, reductionLabels)),
    hasTeacherAgreed: confirmed('hasTeacherAgreed', refusals['teacher-has-to-agree']()),
  });
export interface ReduceAnswer extends DecidedAnswer {
  readonly termsRequired: number;
  readonly reason: (typeof reductionReasons)[number];
}

export const changeProgrammeForm = ({ from, to }: Window) =>
  z
    .strictObject({
      programme: labelled('programme', choice(programmes, programmeLabels)),
      leadProvider: labelled('leadProvider', text(200)).optional(),
      from: labelled('from', between(from, to)),
    })
    .refine(({ programme, leadProvider }) => (programme === 'provider-led') === (leadProvider !== undefined), {
      path: ['leadProvider'],
      error: refusals['provider-needed'](),
    });
export interface ChangeProgrammeAnswer {
  readonly programme: Programme;
  readonly leadProvider?: string;
  readonly from: Day;
}

export const deferTrainingForm = () =>
  z.strictObject({ reason: labelled('reason', choice(deferralReasons, deferralLabels)) });
export interface DeferTrainingAnswer {
  readonly reason: (typeof deferralReasons)[number];
}

/** A period that ends has its terms, one that does not has none (hard case 54); one that began in error never was. */
export const withdrawForm = ({ from, to }: Window) =>
  z
    .strictObject({
      reason: labelled('reason', choice(leavingReasons, leavingLabels)),
      leavesOn: labelled('leavesOn', between(from, to)).optional(),
      terms: labelled('terms', terms(0)).meta({ title: facts.served }).optional(),
    })
    .refine(({ reason, leavesOn }) => (reason === 'started_in_error') === (leavesOn === undefined), {
      path: ['leavesOn'],
      error: refusals['last-day-needed'](),
    })
    .refine(({ leavesOn, terms: served }) => (leavesOn === undefined) === (served === undefined), {
      path: ['terms'],
      error: refusals['terms-with-the-end'](),
    });
export interface WithdrawAnswer {
  readonly reason: LeavingReason;
  readonly leavesOn?: Day;
  readonly terms?: number;
}
