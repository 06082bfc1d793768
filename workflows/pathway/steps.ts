/**
 * The career ladder of the trust as data, from the first apprenticeship to an executive role: what shows that a step is
 * done, what it follows, what is started for it. A new step is a new entry; `rules.ts` does the rest.
 *
 * Source: domain facts 3.4 (end), in the order of the trust's own page; the five years of the coaching offer:
 * `DFE-Digital/npq-registration`, `config/initializers/courses.rb`.
 */
import type { Role } from '../kernel/records.ts';

export interface Step {
  readonly step: string;
  readonly label: string;
  /** Passed on somebody's record, one of these is the step done: standards, NPQ courses, `qts`, `ect-induction`. */
  readonly courseIds: readonly string[];
  /** In force, one of these is the step done. */
  readonly roles?: readonly Role[];
  /** What it follows: one of these steps; empty where the ladder begins. */
  readonly after: readonly string[];
  /** Another way to the same: who has taken it is not offered this one. */
  readonly insteadOf?: readonly string[];
  /** What it is for, in a sentence. */
  readonly about: string;
  /** The kind of process that starts it, where somebody starts one. */
  readonly kind?: string;
  /** Nobody has a second chance: failed once, it is not offered again. */
  readonly isOnce?: boolean;
  /** Offered only so many years from the beginning of the headship. */
  readonly withinYearsOfHeadship?: number;
  /** Not for somebody with a degree on record. */
  readonly isWithoutDegree?: boolean;
}

/** A degree on somebody's record. */
export const DEGREE = 'degree';

/** Whoever teaches has QTS and has served induction, unless the record says otherwise; titles of posts, in lower case. */
export const teachingPosts = { is: /teacher\b/, isNot: /assistant(?! head)|trainee|student|apprentice/ } as const;
export const assumedOfTeachers = ['qts', 'ect-induction'] as const;

export const steps: readonly Step[] = [
  {
    step: 'early-years-practitioner',
    label: 'Early years practitioner, level 2',
    courseIds: ['ST0888'],
    after: [],
    about: 'A first apprenticeship for work with the youngest children.',
    kind: 'apprenticeship',
  },
  {
    step: 'early-years-educator',
    label: 'Early years educator, level 3',
    courseIds: ['ST0135'],
    after: ['early-years-practitioner'],
    about: 'The apprenticeship for leading the learning of the youngest children.',
    kind: 'apprenticeship',
  },
  {
    step: 'teaching-assistant',
    label: 'Teaching assistant, level 3',
    courseIds: ['ST0454'],
    after: [],
    about: 'A first apprenticeship for work in the classroom.',
    kind: 'apprenticeship',
  },
  {
    step: 'specialist-teaching-assistant',
    label: 'Specialist teaching assistant, level 5',
    courseIds: ['ST1414'],
    after: ['teaching-assistant', 'early-years-educator'],
    about: 'The apprenticeship for support in one field: inclusion, social and emotional wellbeing, or the curriculum.',
    kind: 'apprenticeship',
  },
  {
    step: 'teacher-degree-apprenticeship',
    label: 'Teacher degree apprenticeship',
    courseIds: ['ST1502'],
    after: ['specialist-teaching-assistant'],
    insteadOf: ['postgraduate-teacher-apprenticeship', 'qts'],
    about: 'The way to qualified teacher status for somebody without a degree: both in four years.',
    kind: 'apprenticeship',
    isWithoutDegree: true,
  },
  {
    step: 'postgraduate-teacher-apprenticeship',
    label: 'Postgraduate teacher apprenticeship',
    courseIds: ['ST0490'],
    after: ['specialist-teaching-assistant'],
    insteadOf: ['teacher-degree-apprenticeship', 'qts'],
    about: 'The way to qualified teacher status for somebody with a degree.',
    kind: 'apprenticeship',
  },
  {
    step: 'qts',
    label: 'Qualified teacher status',
    courseIds: ['qts'],
    after: ['teacher-degree-apprenticeship', 'postgraduate-teacher-apprenticeship'],
    about: 'The training provider recommends somebody for it.',
  },
  {
    step: 'ect-induction',
    label: 'Induction as an early career teacher',
    courseIds: ['ect-induction'],
    after: ['qts'],
    about: 'The two statutory years after qualified teacher status; the school starts it.',
    kind: 'ect-induction',
    isOnce: true,
  },
  {
    step: 'npq-specialist',
    label: 'A specialist NPQ',
    courseIds: [
      'npq-leading-teaching-development',
      'npq-leading-teaching',
      'npq-leading-behaviour-culture',
      'npq-leading-literacy',
      'npq-leading-primary-mathematics',
      'npq-senco',
      'npq-early-years-leadership',
    ],
    after: ['ect-induction'],
    about: 'For whoever leads, or wants to lead, in one field.',
    kind: 'npq-application',
  },
  {
    step: 'npq-senior-leadership',
    label: 'NPQ Senior Leadership',
    courseIds: ['npq-senior-leadership'],
    after: ['npq-specialist'],
    about: 'For whoever has, or wants, responsibility across a school.',
    kind: 'npq-application',
  },
  {
    step: 'npq-headship',
    label: 'NPQ Headship',
    courseIds: ['npq-headship'],
    after: ['npq-senior-leadership'],
    about: 'For whoever is, or wants to become, a headteacher.',
    kind: 'npq-application',
  },
  {
    step: 'headship',
    label: 'Headship',
    courseIds: [],
    roles: ['headteacher'],
    after: ['npq-headship'],
    about: 'Leading a school of the trust.',
  },
  {
    step: 'early-headship-coaching',
    label: 'Early Headship Coaching Offer',
    courseIds: ['npq-early-headship-coaching-offer'],
    after: ['headship'],
    about: 'Coaching in the first five years as a headteacher.',
    kind: 'npq-application',
    withinYearsOfHeadship: 5,
  },
  {
    step: 'npq-executive-leadership',
    label: 'NPQ Executive Leadership',
    courseIds: ['npq-executive-leadership'],
    after: ['headship'],
    about: 'For whoever leads, or wants to lead, several schools.',
    kind: 'npq-application',
  },
  {
    step: 'executive-role',
    label: 'An executive role',
    courseIds: [],
    roles: ['executive'],
    after: ['npq-executive-leadership'],
    about: 'Leading in the trust.',
  },
];

/** What the ladder reads from somebody's record besides NPQ courses: standards, QTS, induction, a degree. */
export const recordable: readonly string[] = [
  DEGREE,
  ...steps.flatMap(({ courseIds }) => courseIds).filter((courseId) => !courseId.startsWith('npq-')),
];
