/**
 * Simulated people. They know what they would know: the messages they get, their inbox, and what the form asks. They do
 * nothing but send requests to the API.
 */
import type { Cloud, CloudResponse } from '../../local/cloud.ts';
import { addSchoolDays, type Calendar, schoolDaysBetween } from '../../workflows/kernel/calendar.ts';
import { type Day, dayOf, type Instant } from '../../workflows/kernel/time.ts';
import {
  goesOn,
  habits,
  looksAnyway,
  phrases,
  TASKS_A_DAY,
  type Temperament,
  temperaments,
  USUAL_SCHOOL_DAYS,
} from './behaviour.ts';
import { between, type Chance, oneOf, weighted } from './chance.ts';
import { fill, type Schema } from './forms.ts';

/** As `GET /people` shows them. */
export interface Listed {
  readonly personId: string;
  readonly name: string;
  readonly email: string | null;
  readonly isCurrent: boolean;
  readonly posts: readonly {
    readonly schoolId: string;
    readonly job: string;
    readonly endsOn: string | null;
    readonly lineManagerId: string | null;
    readonly employeeNumber: string;
  }[];
  /** Those that were given; `staff` follows from a post. */
  readonly roles: readonly { readonly role: string; readonly schoolId: string | null }[];
  readonly absences: readonly { readonly from: string; readonly to: string }[];
}

interface InboxTask {
  readonly taskId: string;
  readonly task: string;
  readonly process: { readonly id: string; readonly kind: string };
  readonly subject: { readonly personId: string; readonly name: string };
  readonly schoolId: string;
  readonly openedAt: Instant;
  readonly dueOn: Day | null;
}

interface TaskInFull extends InboxTask {
  readonly outcomes: readonly { readonly outcome: string; readonly schema: Schema }[];
}

/** What the API would not do for somebody. Some of it is life: two people answer the same task. */
export interface Refused {
  readonly on: Day;
  readonly what: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

export interface Tally {
  requests: number;
  answers: number;
  readonly refused: Refused[];
}

export interface People {
  readonly tally: Tally;
  everybody(): readonly Listed[];
  byEmail(email: string): Listed;
  /** Who there is, as the trust's CPD lead sees it. To be read again when people have come or gone. */
  meet(): Promise<void>;
  isHere(person: Listed, today: Day): boolean;
  /** A request; what is refused is kept in the tally, and the answer is given back all the same. */
  ask(
    as: Listed,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<CloudResponse>;
  /** What may be done at any time, with a form that is filled in from its schema; nothing where it may not be done now. */
  act(as: Listed, path: string, action: string, knows?: Record<string, unknown>): Promise<void>;
  /** They have got a message and will look when they get to it. */
  hear(address: string, on: Day): void;
  /** Everybody whose time has come looks into their inbox and does what they do that day. */
  work(today: Day): Promise<void>;
}

/** A TRN that is theirs alone: seven digits, never all zero. */
export const trnOf = (person: Pick<Listed, 'email' | 'name'>, chance: Chance): string =>
  String(1_000_000 + Math.floor(chance('trn', person.email ?? person.name) * 8_999_999));

export const keyOf = ({ email, name, posts }: Listed): string => email ?? `${name} ${posts[0]?.employeeNumber ?? ''}`;

export function makePeople({
  cloud,
  calendar,
  chance,
  lead,
}: {
  readonly cloud: Cloud;
  readonly calendar: Calendar;
  readonly chance: Chance;
  /** The address of the trust's CPD lead. */
  readonly lead: string;
}): People {
  const tally: Tally = { requests: 0, answers: 0, refused: [] };
  let listed: readonly Listed[] = [];
  let managers: ReadonlySet<string> = new Set();
  let schoolIds: readonly string[] = [];
  const looksOn = new Map<string, Day>();
  const lookedOn = new Map<string, Day>();
  const attempts = new Map<string, number>();

  const temperamentOf = (person: Listed): Temperament => {
    const shares = Object.entries(temperaments).map(([name, { share }]) => [name, share] as const);
    return temperaments[weighted(shares, chance('temperament', keyOf(person))) ?? ''] as Temperament;
  };

  const ask: People['ask'] = async (as, method, path, body, headers) => {
    tally.requests += 1;
    const response = await cloud.request({
      method,
      path,
      as: { personId: as.personId, email: as.email ?? undefined },
      ...(body !== undefined && { body }),
      ...(headers && { headers }),
    });
    if (method !== 'GET') await cloud.settle();
    if (response.status >= 400) {
      const { code = '', detail = '' } = (response.body ?? {}) as { readonly code?: string; readonly detail?: string };
      tally.refused.push({
        on: dayOf(cloud.clock.now()),
        what: `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}[^/?]*/g, '…')}`,
        status: response.status,
        code,
        detail: detail.length > 200 ? `${detail.slice(0, 200)}…` : detail,
      });
    }
    return response;
  };

  async function meet(): Promise<void> {
    const me = { personId: 'nobody', email: lead, name: '', isCurrent: true, posts: [], roles: [], absences: [] };
    const found: Listed[] = [];
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({ limit: '100', ...(cursor !== null && { cursor }) });
      const { status, body } = await ask(me, 'GET', `/people?${query}`);
      if (status !== 200) throw new Error(`GET /people answers ${status}`);
      const page = body as { readonly items: readonly Listed[]; readonly cursor: string | null };
      found.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== null);
    const given = found.map((person) => ({ ...person, roles: person.roles.filter(({ role }) => role !== 'staff') }));
    listed = given.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
    managers = new Set(found.flatMap(({ posts }) => posts.flatMap(({ lineManagerId }) => lineManagerId ?? [])));
    const { body } = await ask(me, 'GET', '/schools');
    schoolIds = (body as { items: { schoolId: string }[] }).items.map(({ schoolId }) => schoolId);
  }

  const isHere = (person: Listed, today: Day): boolean =>
    person.isCurrent && !person.absences.some(({ from, to }) => from <= today && today <= to);

  function looksByHabit(person: Listed, today: Day): boolean {
    const roles = [...person.roles.map(({ role }) => role), ...(managers.has(person.personId) ? ['line-manager'] : [])];
    const every = Math.min(...roles.flatMap((role) => looksAnyway[role] ?? []), Number.POSITIVE_INFINITY);
    if (!Number.isFinite(every)) return false;
    const last = lookedOn.get(person.personId);
    return last === undefined || schoolDaysBetween(calendar, last, today) >= every;
  }

  /** When somebody gets to it: after a part of the time that it gives them. */
  function readyOn(person: Listed, { taskId, task, process, subject, openedAt, dueOn }: InboxTask): Day | undefined {
    const name = `${process.kind}/${task}`;
    const habit = habits[name] ?? {};
    const about = [keyOf(person), name, subject.name, taskId.split('.').slice(1).join('.')];
    if (chance('never', ...about) * 100 < (habit.never ?? 0)) return undefined;
    const openedOn = dayOf(openedAt);
    const given = dueOn === null ? USUAL_SCHOOL_DAYS : Math.max(1, schoolDaysBetween(calendar, openedOn, dueOn));
    const [from, to] = habit.pace ?? temperamentOf(person).pace;
    return addSchoolDays(calendar, openedOn, Math.round((from + (to - from) * chance('pace', ...about)) * given));
  }

  async function answer(person: Listed, summary: InboxTask, today: Day): Promise<void> {
    const { taskId } = summary;
    const name = `${summary.process.kind}/${summary.task}`;
    const attempt = attempts.get(taskId) ?? 0;
    if (attempt === 3) return;
    const { status, body } = await ask(person, 'GET', `/tasks/${taskId}`);
    if (status !== 200) return;
    const { outcomes } = body as TaskInFull;
    const about = [keyOf(person), name, summary.subject.name, taskId.split('.').slice(1).join('.'), `${attempt}`];
    const { meetsAhead, knows } = habits[name] ?? {};
    const chooses = habits[name]?.chooses ?? { [outcomes[0]?.outcome ?? '']: 1 };
    const weights = outcomes.map(({ outcome }) => [outcome, chooses[outcome] ?? 0] as const);
    const outcome = weighted(weights, chance('outcome', ...about)) ?? '';
    const schema = outcomes.find((each) => each.outcome === outcome)?.schema;
    if (schema === undefined) return;
    if (attempt === 0 && chance('comments', ...about) * 100 < (habits[name]?.comments ?? 0)) {
      const text = oneOf(phrases['text'] ?? [], chance('comment', ...about));
      await ask(person, 'POST', `/tasks/${taskId}/comments`, { text });
    }
    const form = fill(schema, {
      chance,
      about: [...about, outcome],
      today,
      knows: { ...knownTo(person, summary), ...knows, ...(meetsAhead && { on: meetingDay(meetsAhead, about, today) }) },
      prefers: goesOn.has(outcome) ? 'met' : undefined,
    });
    attempts.set(taskId, attempt + 1);
    const answered = await ask(person, 'POST', `/tasks/${taskId}/complete`, { outcome, ...form });
    if (answered.status === 200) tally.answers += 1;
    else {
      const last = tally.refused.at(-1);
      if (last) tally.refused.splice(-1, 1, { ...last, what: `${name} ${outcome}` });
    }
  }

  const meetingDay = (ahead: readonly [number, number], about: readonly string[], today: Day): Day =>
    addSchoolDays(calendar, today, between(ahead, chance('meets', ...about)));

  /** What a field is answered with by whoever knows it. */
  function knownTo(person: Listed, { subject, schoolId }: InboxTask): Record<string, unknown> {
    const elsewhere = schoolIds.filter((each) => each !== schoolId && each !== 'trust');
    return {
      trn: trnOf(listed.find(({ personId }) => personId === subject.personId) ?? person, chance),
      schoolIds: [oneOf(elsewhere, chance('scaled to', keyOf(person)))],
    };
  }

  async function look(person: Listed, today: Day): Promise<void> {
    looksOn.delete(person.personId);
    lookedOn.set(person.personId, today);
    const { status, body } = await ask(person, 'GET', '/inbox?limit=100');
    if (status !== 200) return;
    let left = TASKS_A_DAY;
    // Ids are given out by chance, so tasks due on one day come in another order each time.
    const inbox = (body as { readonly items: readonly InboxTask[] }).items.toSorted((one, other) =>
      inOrder(one) < inOrder(other) ? -1 : 1,
    );
    for (const task of inbox) {
      const ready = readyOn(person, task);
      if (ready === undefined) continue;
      if (ready > today) plan(person, ready);
      else if (left === 0) plan(person, addSchoolDays(calendar, today, 1));
      else {
        left -= 1;
        await answer(person, task, today);
      }
    }
  }

  function plan({ personId }: Listed, on: Day): void {
    const before = looksOn.get(personId);
    if (before === undefined || on < before) looksOn.set(personId, on);
  }

  return {
    tally,
    everybody: () => listed,
    byEmail(email) {
      const found = listed.find((person) => person.email === email);
      if (!found) throw new Error(`Nobody in the sample has the address ${email}`);
      return found;
    },
    meet,
    isHere,
    ask,
    async act(as, path, action, knows = {}) {
      const { status, body } = await ask(as, 'GET', path);
      if (status !== 200) return;
      const { actions } = body as { readonly actions: readonly { readonly action: string; readonly schema: Schema }[] };
      const schema = actions.find((each) => each.action === action)?.schema;
      if (schema === undefined) return;
      const today = dayOf(cloud.clock.now());
      await ask(
        as,
        'POST',
        `${path}/${action}`,
        fill(schema, { chance, about: [keyOf(as), action, today], today, knows }),
      );
    },
    hear(address, on) {
      const person = listed.find(({ email }) => email?.toLowerCase() === address.toLowerCase());
      if (!person) return;
      const after = between(temperamentOf(person).looksAfter, chance('looks', keyOf(person), on));
      plan(person, addSchoolDays(calendar, on, after));
    },
    async work(today) {
      for (const person of listed) {
        if (!isHere(person, today)) continue;
        const on = looksOn.get(person.personId);
        if ((on !== undefined && on <= today) || looksByHabit(person, today)) await look(person, today);
      }
    },
  };
}

const inOrder = ({ dueOn, process, task, subject, taskId }: InboxTask): string =>
  [dueOn ?? '9', process.kind, task, subject.name, taskId.split('.').slice(1).join('.')].join(' ');

export const isTeacher = ({ posts, email, isCurrent }: Listed): boolean =>
  isCurrent &&
  email !== null &&
  posts.some(({ job }) => /teacher|teaching$|SENDCo/i.test(job) && !/apprentice|early career|assistant/i.test(job));

export const schoolOf = ({ posts }: Listed): string => posts[0]?.schoolId ?? 'trust';
