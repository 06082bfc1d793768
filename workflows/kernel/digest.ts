/**
 * One person's one message of a day, from the notices that still hold: what is new, what is due today, what is late,
 * and what was decided about their own. Titles, first names and links only; never a motivation, a reason, a grade or a
 * health matter, and no other person's name in the subject line.
 */
import type { Calendar } from './calendar.ts';
import { dayWords, latenessWords } from './due.ts';
import { escapeHtml } from './html.ts';
import { firstName } from './people.ts';
import { type Notice, type Person, type Process, sayingOf, TRUST, type Wait } from './records.ts';
import { type AnyProcess, isEnded, taskIdOf, wordsOf } from './snapshot.ts';
import type { Day } from './time.ts';

/** A notice with what it is about, as it stands now. */
export interface Noticed {
  readonly notice: Notice;
  readonly definition: AnyProcess;
  readonly process: Process;
  /** The task it is about; absent where it is about the process. */
  readonly wait: Wait | undefined;
  readonly subject: Person;
  /** Whether the reader may still answer the task. */
  readonly isTheirs: boolean;
}

export interface Digest {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const sections = ['new', 'open', 'today', 'late', 'chase', 'ownerless', 'told', 'decided'] as const;
type Section = (typeof sections)[number];

const headings: Record<Section, string> = {
  new: 'New for you',
  open: 'Still to do',
  today: 'Due today',
  late: 'Late',
  chase: 'Waiting too long at somebody else',
  ownerless: 'Nobody can decide',
  told: 'For your information',
  decided: 'About your own',
};

const counted: Record<Section, (n: number) => string> = {
  new: (n) => `${n} new`,
  open: (n) => `${n} still to do`,
  today: (n) => `${n} due today`,
  late: (n) => `${n} late`,
  chase: (n) => `${n} waiting too long`,
  ownerless: (n) => `${n} that nobody can decide`,
  told: (n) => `${n} to know`,
  decided: (n) => `${n} about your own`,
};

/** Later wins where two notices are about the same task. */
const sectionOf: Readonly<Record<string, Section>> = {
  new: 'new',
  'follow-up': 'open',
  'may-decide': 'new',
  'due-today': 'today',
  late: 'late',
  escalated: 'chase',
  stalled: 'chase',
  ownerless: 'ownerless',
  decided: 'decided',
  told: 'told',
};

/** Whether a notice is still true: a task that was answered meanwhile needs no reminder. */
export function stillHolds({ notice, process, wait, isTheirs }: Noticed): boolean {
  switch (notice.reason) {
    case 'decided':
    case 'told':
      return true;
    case 'escalated':
    case 'stalled':
    case 'ownerless':
      return wait?.state === 'open' && process.status === 'active';
    default:
      return wait?.state === 'open' && process.status === 'active' && isTheirs && !isEnded(process);
  }
}

interface Line {
  readonly section: Section;
  /** Where it stands in its section: by the day it is due or, for what was decided or told, by when that happened. */
  readonly place: string;
  readonly text: string;
  /** What it is, without any name; absent for what was decided or told. */
  readonly title?: string;
  readonly about: string;
  readonly link: string;
  /** About somebody else, and how it reads with several: lines with the same `say` are one where they are many. */
  readonly together?: { readonly name: string; readonly say: (names: string) => string; readonly link: string };
}

/** From so many on, lines that say the same of different people are one. */
const MANY = 4;
/** So many names stand in it. */
const NAMED = 3;

/** Lines of a section; what is said of many is said once, in the place of the first. */
function shortened(lines: readonly Line[]): readonly Pick<Line, 'text' | 'link'>[] {
  const keyOf = ({ together, about }: Line): string => (together ? `all ${together.say('')}` : `one ${about}`);
  const groups = new Map<string, Line[]>();
  for (const line of lines) groups.set(keyOf(line), [...(groups.get(keyOf(line)) ?? []), line]);
  return [...groups.values()].flatMap((group): readonly Pick<Line, 'text' | 'link'>[] => {
    const together = group[0]?.together;
    if (together === undefined || group.length < MANY) return group;
    const names = group.slice(0, NAMED).map((line) => line.together?.name ?? '');
    return [{ text: together.say(`${names.join(', ')} and ${group.length - NAMED} more`), link: together.link }];
  });
}

/** A sentence with its numbers in the place of `{names}`. */
const filledIn = (sentence: string, values: Notice['values'] = {}, today: Day): string =>
  Object.entries(values).reduce(
    (text, [name, value]) =>
      text.replaceAll(`{${name}}`, typeof value === 'number' ? String(value) : dayWords(value, today)),
    sentence,
  );

function lineOf(
  { notice, definition, process, wait, subject }: Noticed,
  reader: Person,
  calendar: Calendar,
  today: Day,
  url: string,
): Line {
  const isOwn = subject.personId === reader.personId;
  // What is about the trust as a whole needs no “for”: there is one trust.
  const goesWithoutSaying = isOwn || subject.personId === TRUST;
  // A decision is told to whom it is about; to somebody else only where they have no address, to be passed on.
  const isPassedOn = !isOwn && notice.reason === 'decided';
  const section =
    isOwn && notice.reason === 'told' ? 'decided' : isPassedOn ? 'told' : (sectionOf[notice.reason] ?? 'told');
  if (wait === undefined) {
    const sentence = notice.code === undefined ? undefined : definition.texts.told[notice.code];
    const news = filledIn(sentence ?? `Your ${definition.texts.label} has news.`, notice.values, today);
    const say = (names: string): string => `${news} (${names})`;
    const list = `${url}/app/${definition.path}`;
    const name = firstName(subject);
    return {
      section,
      place: notice.at,
      text: isPassedOn ? `Please tell ${name}, who has no e-mail: ${news}` : goesWithoutSaying ? news : say(name),
      about: notice.about,
      link: `${list}/${process.processId}`,
      ...(!isPassedOn && !goesWithoutSaying && { together: { name, say, link: list } }),
    };
  }
  const title = wordsOf(definition, wait)?.title ?? definition.texts.label;
  const name = firstName(subject);
  const when = wait.dueOn ? ` – ${latenessWords(calendar, wait.dueOn, today)}` : '';
  const nobody = notice.reason === 'ownerless' ? ' – please name somebody' : '';
  const also = notice.reason === 'may-decide' ? ' – you may decide it as well' : '';
  const say = (names: string): string => `${title}, for ${names}${when}${nobody}${also}`;
  return {
    section,
    place: wait.dueOn ?? '',
    text: goesWithoutSaying ? `${title}${when}${nobody}${also}` : say(name),
    title: section === 'chase' || section === 'ownerless' ? `${headings[section]}: ${title}` : `${title}${when}`,
    about: taskIdOf(wait),
    link: `${url}/app/tasks/${taskIdOf(wait)}`,
    ...(!goesWithoutSaying && { together: { name, say, link: `${url}/app/inbox` } }),
  };
}

const order = (section: Section): number => sections.indexOf(section);

/** The message, or nothing where nothing of it holds any more. `url`: where the console is, without a slash at its end. */
export function digestOf(
  reader: Person,
  noticed: readonly Noticed[],
  at: { readonly calendar: Calendar; readonly today: Day; readonly url: string },
): Digest | undefined {
  const lines = new Map<string, Line>();
  for (const each of noticed.filter(stillHolds)) {
    const line = lineOf(each, reader, at.calendar, at.today, at.url);
    // About one task only its most pressing line; each decision has its own, and so has each day that is told.
    const key = each.wait === undefined ? [line.about, ...sayingOf(each.notice)].join('#') : line.about;
    const known = lines.get(key);
    if (known === undefined || order(known.section) < order(line.section)) lines.set(key, line);
  }
  const all = [...lines.values()].sort((a, b) => (a.place === b.place ? 0 : a.place < b.place ? -1 : 1));
  const [only] = all;
  if (only === undefined) return undefined;
  const grouped = sections.flatMap((section) => {
    const of = all.filter((line) => line.section === section);
    return of.length > 0 ? [{ section, count: of.length, of: shortened(of) }] : [];
  });
  const summary = grouped.map(({ section, count }) => counted[section](count)).join(', ');
  const subject = `Professional development: ${all.length > 1 ? summary : (only.title ?? `one thing for you (${summary})`)}`;
  const greeting = `Hello ${firstName(reader)},`;
  const closing = 'You get at most one message a day, and none on days without school unless a deadline falls there.';
  const text = [
    greeting,
    ...grouped.map(({ section, of }) =>
      [headings[section], ...of.map((line) => `- ${line.text}\n  ${line.link}`)].join('\n'),
    ),
    closing,
  ].join('\n\n');
  const html = [
    '<!doctype html><html lang="en"><body style="font-family:sans-serif;line-height:1.5">',
    `<p>${escapeHtml(greeting)}</p>`,
    ...grouped.map(
      ({ section, of }) =>
        `<h2 style="font-size:1.1em">${escapeHtml(headings[section])}</h2><ul>${of
          .map((line) => `<li><a href="${escapeHtml(line.link)}">${escapeHtml(line.text)}</a></li>`)
          .join('')}</ul>`,
    ),
    `<p style="color:#555">${escapeHtml(closing)}</p>`,
    '</body></html>',
  ].join('\n');
  return { subject, text: `${text}\n`, html };
}
