/**
 * Where somebody stands on the career ladder: what they have completed, what is under way, what comes next and why. Pure:
 * a function of the person's record, their processes and the day. Finished processes feed it through the record.
 */
import { currentPosts, holds } from '../kernel/people.ts';
import { type Person, type Process, TRUST, trustRoles } from '../kernel/records.ts';
import { type Day, dayOf, daysBetween } from '../kernel/time.ts';
import { assumedOfTeachers, DEGREE, type Step, steps, teachingPosts } from './steps.ts';

/** A step that is done, and what shows it: a qualification on record, a role, or a post that nobody has without it. */
export interface CompletedStep {
  readonly step: string;
  readonly label: string;
  readonly shownBy: 'qualification' | 'role' | 'post';
  /** When the process ended that came to it; nothing where no process of ours did. */
  readonly on: Day | null;
}

export interface CurrentStep {
  readonly step: string;
  readonly label: string;
  readonly processId: string;
  readonly kind: string;
}

export interface NextStep {
  readonly step: string;
  readonly label: string;
  readonly why: string;
  /** The kind of process to start; nothing where none is started, or not yet. */
  readonly kind: string | null;
}

export interface Pathway {
  readonly completed: readonly CompletedStep[];
  readonly current: readonly CurrentStep[];
  readonly next: readonly NextStep[];
}

/** What a process is about, in the words of the record: a standard, an NPQ course, induction. Nothing for other kinds. */
function courseOf({ kind, data }: Process): string | undefined {
  const course = kind === 'apprenticeship' ? data['standardId'] : data['courseId'];
  if (kind === 'ect-induction') return kind;
  return typeof course === 'string' ? course : undefined;
}

const isLive = ({ status }: Process): boolean => status === 'active' || status === 'paused';

/** `processes`: all that are about the person, ended ones too. */
export function pathwayOf(person: Person, processes: readonly Process[], today: Day): Pathway {
  const has = (courseIds: readonly string[], outcome: 'passed' | 'failed'): boolean =>
    person.qualifications.some((held) => held.outcome === outcome && courseIds.includes(held.courseId));
  const current = steps.flatMap(({ step, label, courseIds }): CurrentStep[] => {
    const live = processes.find((each) => isLive(each) && courseIds.includes(courseOf(each) ?? ''));
    return live === undefined ? [] : [{ step, label, processId: live.processId, kind: live.kind }];
  });
  const isCurrent = (step: string): boolean => current.some((each) => each.step === step);
  const isTeacher = currentPosts(person, today).some(({ job }) => {
    const title = job.toLowerCase();
    return teachingPosts.is.test(title) && !teachingPosts.isNot.test(title);
  });
  const shownBy = ({ step, courseIds, roles = [] }: Step): CompletedStep['shownBy'] | undefined => {
    if (has(courseIds, 'passed')) return 'qualification';
    if (roles.some((role) => isHeld(person, role, today))) return 'role';
    const isAssumed = isTeacher && (assumedOfTeachers as readonly string[]).includes(step);
    // Who is in induction has not served it, and who has failed it has not either.
    return isAssumed && !isCurrent(step) && !has(courseIds, 'failed') ? 'post' : undefined;
  };
  const completed = steps.flatMap((each): CompletedStep[] => {
    const shown = shownBy(each);
    const ended = processes.findLast(
      (process) => process.status === 'completed' && each.courseIds.includes(courseOf(process) ?? ''),
    );
    const on = shown === 'qualification' && ended?.endedAt !== undefined ? dayOf(ended.endedAt) : null;
    return shown === undefined ? [] : [{ step: each.step, label: each.label, shownBy: shown, on }];
  });
  return { completed, current, next: nextSteps(person, today, completed, current) };
}

const isHeld = (person: Person, role: NonNullable<Step['roles']>[number], today: Day): boolean =>
  person.roles.some(
    (held) => held.role === role && holds(person, role, trustRoles.has(role) ? TRUST : held.schoolId, today),
  );

function nextSteps(
  person: Person,
  today: Day,
  completed: readonly CompletedStep[],
  current: readonly CurrentStep[],
): readonly NextStep[] {
  const done = new Set(completed.map(({ step }) => step));
  const underWay = new Set(current.map(({ step }) => step));
  const reached = [...done, ...underWay];
  // Whoever stands higher has no use for what leads there, recorded or not.
  const below = new Set(reached.flatMap((step) => [...leadingTo(step)]));
  const labelOf = (step: string): string => steps.find((each) => each.step === step)?.label ?? step;

  return steps.flatMap((each): NextStep[] => {
    const { step, label, about, after, kind = null } = each;
    if (done.has(step) || underWay.has(step) || below.has(step) || isRuledOut(each, person, reached, today)) return [];
    const followed = after.find((before) => done.has(before));
    if (followed !== undefined) return [{ step, label, why: `It follows “${labelOf(followed)}”. ${about}`, kind }];
    const awaited = after.find((before) => underWay.has(before));
    if (awaited !== undefined)
      return [{ step, label, why: `It opens when “${labelOf(awaited)}” is completed. ${about}`, kind: null }];
    return after.length === 0 && reached.length === 0 ? [{ step, label, why: about, kind }] : [];
  });
}

/** Every step on the way to that one. */
function leadingTo(step: string): ReadonlySet<string> {
  const found = new Set<string>();
  const todo = [step];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    for (const before of steps.find((each) => each.step === at)?.after ?? []) {
      if (!found.has(before)) todo.push(before);
      found.add(before);
    }
  }
  return found;
}

function isRuledOut(
  { courseIds, insteadOf = [], isOnce, isWithoutDegree, withinYearsOfHeadship }: Step,
  person: Person,
  reached: readonly string[],
  today: Day,
): boolean {
  const { qualifications } = person;
  if (insteadOf.some((step) => reached.includes(step))) return true;
  if (isOnce && qualifications.some((held) => courseIds.includes(held.courseId) && held.outcome === 'failed'))
    return true;
  if (isWithoutDegree && qualifications.some((held) => held.courseId === DEGREE && held.outcome === 'passed'))
    return true;
  return withinYearsOfHeadship !== undefined && yearsOfHeadship(person, today) >= withinYearsOfHeadship;
}

/** Since the earliest post at a school that they lead; none on record counts as new. */
function yearsOfHeadship(person: Person, today: Day): number {
  const led = person.roles.filter(({ role }) => role === 'headteacher').map(({ schoolId }) => schoolId);
  const starts = currentPosts(person, today).flatMap(({ schoolId, startsOn }) =>
    led.includes(schoolId) && startsOn !== undefined ? [startsOn] : [],
  );
  const [first] = starts.sort();
  return first === undefined ? 0 : daysBetween(first, today) / 365.25;
}
