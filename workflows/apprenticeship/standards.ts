/**
 * Apprenticeship standards as versioned data: what a trust of primary schools uses, teaching and not. Level, title, hours
 * and months of an apprenticeship come from here, never from whoever starts it. A new version of a standard is a new
 * entry; an entry in use is not edited.
 *
 * Sources: domain facts 3.1 (published minimum hours: Annex C v1, 2025-26; typical months of ST0454 and ST0490), the
 * version logs and typical durations of Skills England for ST0454, ST0135, ST0070, ST0551 and ST1414. `null` is what
 * neither source gives; a standard whose version log is not among them has one entry, called 1.0.
 */
import { type Day, day } from '../kernel/time.ts';

/** The end-point assessment of old, or the reformed plan in which behaviours are the employer's to confirm. Both run side by side until 2027. */
export const assessmentPlans = ['end-point', 'reformed'] as const;
export type AssessmentPlan = (typeof assessmentPlans)[number];

/** As certificates have them (domain facts 3.3). */
export const passGrades = [
  'Pass',
  'Credit',
  'Merit',
  'Distinction',
  'Pass with excellence',
  'Outstanding',
  'No grade awarded',
] as const;
export type PassGrade = (typeof passGrades)[number];

export interface StandardVersion {
  readonly version: string;
  /** Published minimum hours off the job, for a starter without prior learning. */
  readonly hours: number | null;
  /** Typical months to the gateway: guidance, no rule. */
  readonly months: number | null;
  readonly assessmentPlan: AssessmentPlan;
  /** The first and the last day on which somebody may start on this version. */
  readonly startsFrom?: Day;
  readonly startsUntil?: Day;
}

export interface Standard {
  readonly standardId: string;
  readonly title: string;
  readonly level: number;
  /** Leads to qualified teacher status. */
  readonly isTeaching?: boolean;
  /** Youngest and oldest age at the start, both included, where the standard has its own. */
  readonly ages?: readonly [number, number];
  /** The last day on which somebody may start with funding; who has started goes on. */
  readonly fundingEndsOn?: Day;
  /** Where the assessment plan has fewer grades than a certificate knows. */
  readonly grades?: readonly PassGrade[];
  /** Oldest first. */
  readonly versions: readonly StandardVersion[];
}

const endPoint = (
  version: string,
  hours: number | null,
  months: number | null,
  starts: { readonly startsFrom?: Day; readonly startsUntil?: Day } = {},
): StandardVersion => ({ version, hours, months, assessmentPlan: 'end-point', ...starts });

/** Defunded for new starts from September 2026 (domain facts 3.1): the last day with funding. */
const DEFUNDED = day('2026-08-31');

const defunded = (standardId: string, title: string, level: number): Standard => ({
  standardId,
  title,
  level,
  fundingEndsOn: DEFUNDED,
  versions: [endPoint('1.0', null, null)],
});

const standards: readonly Standard[] = [
  {
    standardId: 'ST0454',
    title: 'Teaching assistant',
    level: 3,
    grades: ['Pass', 'Distinction'],
    versions: [
      endPoint('1.0', null, 18, { startsFrom: day('2018-06-26'), startsUntil: day('2023-05-05') }),
      endPoint('1.1', 370, 18, { startsFrom: day('2023-05-06') }),
    ],
  },
  { standardId: 'ST1414', title: 'Specialist teaching assistant', level: 5, versions: [endPoint('1.0', 557, 24)] },
  {
    standardId: 'ST0135',
    title: 'Early years educator',
    level: 3,
    versions: [
      endPoint('1.2', null, 18, { startsFrom: day('2020-05-28'), startsUntil: day('2024-03-31') }),
      endPoint('1.3', null, 18, { startsFrom: day('2024-04-01'), startsUntil: day('2025-03-26') }),
      endPoint('1.4', 396, 18, { startsFrom: day('2025-03-27'), startsUntil: day('2025-06-11') }),
      endPoint('1.5', 396, 18, { startsFrom: day('2025-06-12') }),
    ],
  },
  { standardId: 'ST0888', title: 'Early years practitioner', level: 2, versions: [endPoint('1.0', 300, null)] },
  { standardId: 'ST0551', title: 'Early years lead practitioner', level: 5, versions: [endPoint('1.0', 466, 24)] },
  { standardId: 'ST0575', title: 'School business professional', level: 4, versions: [endPoint('1.0', 418, null)] },
  {
    standardId: 'ST0490',
    title: 'Teacher (postgraduate)',
    level: 6,
    isTeaching: true,
    versions: [endPoint('1.0', 278, 12)],
  },
  {
    standardId: 'ST1502',
    title: 'Teacher (degree)',
    level: 6,
    isTeaching: true,
    versions: [endPoint('1.0', null, 48)],
  },
  { standardId: 'ST1077', title: 'Early years teacher', level: 6, versions: [endPoint('1.0', 1531, null)] },
  { standardId: 'ST0070', title: 'Business administrator', level: 3, versions: [endPoint('1.0', 348, 18)] },
  {
    standardId: 'ST1472',
    title: 'Administration assistant',
    level: 2,
    ages: [16, 24],
    versions: [endPoint('1.0', null, null)],
  },
  { standardId: 'ST0228', title: 'Commis chef', level: 2, versions: [endPoint('1.0', 300, null)] },
  { standardId: 'ST0589', title: 'Production chef', level: 2, versions: [endPoint('1.0', 326, null)] },
  { standardId: 'ST0232', title: 'Senior production chef', level: 3, versions: [endPoint('1.0', 278, null)] },
  { standardId: 'ST0233', title: 'Hospitality team member', level: 2, versions: [endPoint('1.0', 300, null)] },
  { standardId: 'ST0973', title: 'ICT technician', level: 3, versions: [endPoint('1.0', 348, null)] },
  { standardId: 'ST0120', title: 'Digital support technician', level: 3, versions: [endPoint('1.0', 370, null)] },
  { standardId: 'ST0505', title: 'IT solutions technician', level: 3, versions: [endPoint('1.0', 370, null)] },
  { standardId: 'ST0171', title: 'Property maintenance operative', level: 2, versions: [endPoint('1.0', 418, null)] },
  { standardId: 'ST0617', title: 'Facilities services operative', level: 2, versions: [endPoint('1.0', 300, null)] },
  { standardId: 'ST0239', title: 'HR support', level: 3, versions: [endPoint('1.0', 370, null)] },
  { standardId: 'ST1030', title: 'Safeguarding support officer', level: 3, versions: [endPoint('1.0', 418, null)] },
  { standardId: 'ST0867', title: 'Playworker', level: 2, versions: [endPoint('1.0', 418, null)] },
  {
    standardId: 'ST0093',
    title: 'Community sport and health officer',
    level: 3,
    versions: [endPoint('1.0', 370, null)],
  },
  defunded('ST0384', 'Team leader', 3),
  defunded('ST0385', 'Operations manager', 5),
  defunded('ST0809', 'Coaching professional', 5),
  defunded('ST1379', 'Learning and skills mentor', 4),
  defunded('ST1380', 'Assessor', 3),
  defunded('ST0170', 'Facilities management supervisor', 3),
];

const byId = new Map(standards.map((standard) => [standard.standardId, standard]));

/** The standard on file, or nothing. */
export const standardOf = (standardId: string): Standard | undefined => byId.get(standardId);

/** Its version on file, or nothing. */
export const versionOf = (standard: Standard, version: string): StandardVersion | undefined =>
  standard.versions.find((each) => each.version === version);

/** May somebody start on that version on that day? */
const isOpen = ({ startsFrom, startsUntil }: StandardVersion, on: Day): boolean =>
  (startsFrom === undefined || startsFrom <= on) && (startsUntil === undefined || on <= startsUntil);

/** The newest version on which somebody may start then. */
export const versionFor = (standard: Standard, startsOn: Day): StandardVersion | undefined =>
  [...standard.versions].reverse().find((version) => isOpen(version, startsOn));

/** All standards on file, in the order in which they are listed. */
export const allStandards: readonly Standard[] = standards;
/** Those that still have funding for a start on that day. */
export const standardsFor = (startsOn: Day): readonly Standard[] =>
  standards.filter(({ fundingEndsOn }) => fundingEndsOn === undefined || startsOn <= fundingEndsOn);
/** The postgraduate teacher apprenticeship (PGTA) and the teacher degree apprenticeship (TDA). */
export const POSTGRADUATE_TEACHER = 'ST0490';
export const TEACHER_DEGREE = 'ST1502';
