import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makePlay, playedNpq } from '../../test/play.ts';
import { calendar, personOf, rowan, sienna, wednesday, zoe } from '../../test/world.ts';
import { type Digest, digestOf, type Noticed, stillHolds } from './digest.ts';
import { placeAsSubject } from './places.ts';
import { type Notice, type Person, type Process, TRUST, type Wait } from './records.ts';
import { addDays, type Day, day, instant } from './time.ts';

const play = makePlay(playedNpq);
play.begin({ courseId: 'npq-headship', cohortId: '2026b', motivation: 'My marriage is over', fundingRoute: 'self' });
play.drive();
const process = play.process();
const endorse = play.wait();

/** A notice of the task `endorse`, or of the process where there is a code. */
function noticed(reason: string, more: Omit<Partial<Noticed>, 'notice'> & { notice?: Partial<Notice> } = {}): Noticed {
  const { notice, ...rest } = more;
  const wait = 'wait' in rest ? rest.wait : endorse;
  return {
    definition: playedNpq.definition,
    process,
    subject: zoe,
    isTheirs: true,
    ...rest,
    wait,
    notice: {
      type: 'notice',
      personId: sienna.personId,
      reason,
      about: wait === undefined ? process.processId : `${wait.processId}.${wait.step}`,
      processId: process.processId,
      processKind: process.kind,
      subjectId: zoe.personId,
      at: play.world().now,
      nextAt: play.world().digestAt,
      isUrgent: false,
      ...notice,
    },
  };
}
const aboutProcess = (reason: string, code: string, subject: Person = zoe): Noticed =>
  noticed(reason, { wait: undefined, subject, notice: { code } });
const another = (n: number, more: Partial<Wait> = {}): Wait => ({ ...endorse, processId: `p${n}`, ...more });

const url = 'https://cpd.oak.example';
const digest = (all: readonly Noticed[], reader: Person = sienna, today: Day = wednesday): Digest | undefined =>
  digestOf(reader, all, { calendar, today, url });
const subjectOf = (all: readonly Noticed[], reader?: Person) => digest(all, reader)?.subject;
const late = (n: number) => noticed('late', { wait: another(n, { dueOn: day('2026-09-09') }) });

describe('the message', () => {
  test('reads like this', () => {
    const all = [
      noticed('new'),
      noticed('due-today', { wait: another(1, { dueOn: wednesday }) }),
      late(2),
      noticed('escalated', { wait: another(3, { dueOn: day('2026-09-09') }) }),
      aboutProcess('told', 'endorsement-opened'),
    ];
    expect(digest(all)?.text.replaceAll(process.processId, 'p0')).toMatchInlineSnapshot(`
      "Hello Sienna,

      New for you
      - Endorse an NPQ application, for Zoe – due Wed 23 Sep
        https://cpd.oak.example/app/tasks/p0.1

      Due today
      - Endorse an NPQ application, for Zoe – due today
        https://cpd.oak.example/app/tasks/p1.1

      Late
      - Endorse an NPQ application, for Zoe – 5 school days late
        https://cpd.oak.example/app/tasks/p2.1

      Waiting too long at somebody else
      - Endorse an NPQ application, for Zoe – 5 school days late
        https://cpd.oak.example/app/tasks/p3.1

      For your information
      - Somebody you manage has applied for an NPQ. There is nothing for you to do. (Zoe)
        https://cpd.oak.example/app/npq-applications/p0

      You get at most one message a day, and none on days without school unless a deadline falls there.
      "
    `);
  });

  test('has its parts in this order: new, due today, late, to chase, to know, decided; whatever order they come in', () => {
    const all = [
      aboutProcess('decided', 'endorsed'),
      aboutProcess('told', 'endorsement-opened', sienna),
      noticed('stalled', { wait: another(3) }),
      late(2),
      noticed('due-today', { wait: another(1, { dueOn: wednesday }) }),
      noticed('new'),
    ];
    const headings = ['New for you', 'Due today', 'Late', 'Waiting too long', 'About your own'];
    for (const order of [all, all.toReversed()]) {
      const text = digest(order)?.text ?? '';
      const places = headings.map((heading) => text.indexOf(heading));
      expect(places.every((place) => place >= 0)).toBe(true);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    }
  });

  test('is nothing where nothing of it holds any more', () => {
    expect(digest([])).toBeUndefined();
    expect(digest([noticed('new', { isTheirs: false })])).toBeUndefined();
    expect(digest([noticed('late', { wait: { ...endorse, state: 'answered' } })])).toBeUndefined();
  });

  test('says once what is said of many, with three names and how many more, and leads to the inbox or the list', () => {
    const people = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eva'].map((name) => personOf(name, {}));
    const tasks = people.map((subject, n) => noticed('new', { wait: another(n), subject }));
    const news = people.map((subject, n) => ({
      ...aboutProcess('told', 'endorsement-opened', subject),
      notice: { ...aboutProcess('told', 'endorsement-opened', subject).notice, about: `n${n}` },
    }));
    const message = digest([...tasks, ...news]);
    expect(message?.subject).toBe('Professional development: 5 new, 5 to know');
    expect(message?.text).toContain(
      '- Endorse an NPQ application, for Ada, Ben, Cleo and 2 more – due Wed 23 Sep\n  https://cpd.oak.example/app/inbox\n',
    );
    expect(message?.text).toMatch(
      /\(Ada, Ben, Cleo and 2 more\)\n {2}https:\/\/cpd\.oak\.example\/app\/npq-applications\n/,
    );
    expect(digest(tasks.slice(0, 3))?.text.match(/^- /gm)).toHaveLength(3);
  });

  test('greets by first name, and ends with how often it comes', () => {
    const text = digest([noticed('new')])?.text ?? '';
    expect(text.startsWith('Hello Sienna,\n')).toBe(true);
    expect(text.trim().endsWith('unless a deadline falls there.')).toBe(true);
  });
});

describe('two notices about the same task', () => {
  test('are one line, the most pressing', () => {
    const all = [noticed('new'), noticed('late'), noticed('due-today'), noticed('follow-up')];
    for (const order of [all, all.toReversed()]) {
      const { text = '', subject } = digest(order) ?? {};
      expect(text.match(/\/app\/tasks\//g)).toHaveLength(1);
      expect(text).toContain('Late\n');
      expect(subject).toBe('Professional development: Endorse an NPQ application – due Wed 23 Sep');
    }
  });

  test('about the same process are a line each, since each says something else', () => {
    const { text = '' } = digest([aboutProcess('decided', 'endorsed'), aboutProcess('decided', 'declined')], zoe) ?? {};
    expect(text.match(/\/app\/npq-applications\//g)).toHaveLength(2);
  });
});

describe('the subject line', () => {
  test('names the one task that there is, counts several, and never names another person', () => {
    expect(subjectOf([noticed('new')])).toBe('Professional development: Endorse an NPQ application – due Wed 23 Sep');
    expect(subjectOf([late(1)])).toBe('Professional development: Endorse an NPQ application – 5 school days late');
    expect(subjectOf([noticed('escalated')])).toBe(
      'Professional development: Waiting too long at somebody else: Endorse an NPQ application',
    );
    expect(subjectOf([noticed('new'), late(1), late(2)])).toBe('Professional development: 1 new, 2 late');
    for (const all of [[noticed('new')], [late(1)], [aboutProcess('decided', 'declined')]])
      expect(subjectOf(all)).not.toMatch(/Zoe|Sample/);
  });

  test('tells nothing of how a decision went', () => {
    expect(subjectOf([aboutProcess('decided', 'declined')], zoe)).toBe(
      'Professional development: one thing for you (1 about your own)',
    );
  });
});

describe('a line', () => {
  test('about the trust as a whole does not say for whom: there is one trust', () => {
    const trust = placeAsSubject(TRUST, undefined);
    expect(digest([noticed('new', { subject: trust })])?.text).toMatch(/^- Endorse an NPQ application – due/m);
    expect(digest([aboutProcess('told', 'endorsement-opened', trust)])?.text).toMatch(/nothing for you to do\.$/m);
    const school = placeAsSubject('910101', { type: 'school', schoolId: '910101', name: 'Oakfield', version: 1 });
    expect(digest([noticed('new', { subject: school })])?.text).toContain('application, for Oakfield – due');
  });

  test('names the task, for whom by first name, and how it stands', () => {
    const { text = '' } = digest([late(1)]) ?? {};
    expect(text).toMatch(/- .*, for Zoe – 5 school days late\n/);
    expect(text).not.toContain('Sample');
  });

  test('says a day as people write it, and tells of two days in two lines', () => {
    const texts = { ...playedNpq.definition.texts, told: { planned: 'We meet on {on}.' } };
    const definition = { ...playedNpq.definition, texts } as unknown as Noticed['definition'];
    const planned = (on: string): Noticed =>
      noticed('told', { definition, wait: undefined, notice: { code: 'planned', values: { on: day(on) } } });
    const { text = '' } = digest([planned('2026-10-07'), planned('2027-01-13'), planned('2026-10-07')]) ?? {};
    expect(text.match(/We meet on [^.]*/g)).toEqual(['We meet on Wed 7 Oct', 'We meet on Wed 13 Jan 2027']);
  });

  test('about one’s own names nobody', () => {
    expect(digest([noticed('new', { wait: another(1) })], zoe)?.text).not.toContain('for Zoe');
    expect(digest([aboutProcess('decided', 'endorsed')], zoe)?.text).not.toContain('(Zoe)');
  });

  test('has a link to the task, or to the process, and no token', () => {
    const { text = '' } = digest([noticed('new'), aboutProcess('told', 'endorsement-opened')]) ?? {};
    expect(text).toContain(`${url}/app/tasks/${process.processId}.1`);
    expect(text).toContain(`${url}/app/npq-applications/${process.processId}`);
    expect(text).not.toMatch(/token/);
  });

  test('with a code that this release has no sentence for still says something', () => {
    expect(digest([aboutProcess('decided', 'of-a-later-release')], zoe)?.text).toMatch(/Your .* has news\./);
  });

  test('of a decision about somebody without an address asks to pass it on', () => {
    const { text = '', subject } = digest([aboutProcess('decided', 'endorsed')], sienna) ?? {};
    expect(text).toMatch(/For your information\n- Please tell Zoe, who has no e-mail: Your application is supported\./);
    expect(subject).not.toContain('your own');
  });

  test('of a reminder is not called new, and of somebody who waits too long says that the reader may decide', () => {
    const reminded = digest([noticed('follow-up')]);
    expect(reminded?.text).toContain('Still to do\n');
    expect(digest([noticed('may-decide')])?.text).toMatch(/you may decide it as well\n/);
  });

  test('stands by the day it is due, what was decided by when that happened', () => {
    const due = ['2026-09-25', '2026-09-18', '2026-09-21'].map((on, n) =>
      noticed('new', { wait: another(n, { dueOn: day(on) }) }),
    );
    expect(digest(due)?.text.match(/due \w+ \d+ Sep/g)).toEqual(['due Fri 18 Sep', 'due Mon 21 Sep', 'due Fri 25 Sep']);
    const decided = (code: string, at: string) =>
      noticed('decided', { wait: undefined, notice: { code, at: instant(at) } });
    const story = [decided('approved', '2026-09-15T09:00:00Z'), decided('endorsed', '2026-09-14T09:00:00Z')];
    expect(digest(story, zoe)?.text).toMatch(/is supported.*is approved/s);
  });

  test('of a task that nobody can decide asks for somebody', () => {
    const { text = '' } = digest([noticed('ownerless', { isTheirs: false })], rowan) ?? {};
    expect(text).toMatch(/Nobody can decide\n- .* – please name somebody\n/);
  });
});

describe('whether a notice still holds', () => {
  const answered: Wait = { ...endorse, state: 'answered' };
  const paused: Process = { ...process, status: 'paused' };

  test('a task: while it is open, active, and theirs', () => {
    for (const reason of ['new', 'follow-up', 'due-today', 'late', 'may-decide']) {
      expect(stillHolds(noticed(reason)), reason).toBe(true);
      expect(stillHolds(noticed(reason, { isTheirs: false })), reason).toBe(false);
      expect(stillHolds(noticed(reason, { wait: answered })), reason).toBe(false);
      expect(stillHolds(noticed(reason, { wait: undefined })), reason).toBe(false);
      expect(stillHolds(noticed(reason, { process: paused })), reason).toBe(false);
    }
  });

  test('something to chase: while it is open and active, though it is somebody else’s', () => {
    for (const reason of ['escalated', 'stalled', 'ownerless']) {
      expect(stillHolds(noticed(reason, { isTheirs: false })), reason).toBe(true);
      expect(stillHolds(noticed(reason, { wait: answered })), reason).toBe(false);
      expect(stillHolds(noticed(reason, { process: paused })), reason).toBe(false);
    }
  });

  test('what was decided or told: always', () => {
    const ended: Process = { ...process, status: 'stopped', outcome: 'declined' };
    for (const reason of ['decided', 'told'])
      expect(stillHolds({ ...aboutProcess(reason, 'declined'), process: ended, isTheirs: false })).toBe(true);
  });
});

describe('what nobody should read in a mail', () => {
  test('is not there: what people wrote, reasons, grades, health', () => {
    const secret: Process = {
      ...process,
      reason: 'ill-health',
      data: { ...process.data, motivation: 'My marriage is over', declineReason: 'Too weak a teacher', grade: 'fail' },
    };
    const written: Wait = {
      ...endorse,
      answer: { reason: 'Too weak a teacher' },
      conflictReasons: { sienna: 'We were married' },
    };
    const all = Object.keys(playedNpq.definition.texts.told).map((code) => ({
      ...aboutProcess('decided', code),
      process: secret,
    }));
    const {
      text = '',
      html = '',
      subject = '',
    } = digest([...all, noticed('late', { wait: written, process: secret })], zoe) ?? {};
    for (const each of [text, html, subject]) expect(each).not.toMatch(/marri|weak|ill-health|grade/i);
  });

  test('and a name is never markup', () => {
    const mallory = personOf('Mallory', { more: { forename: '<img src=x onerror="alert(1)">&' } });
    const { html = '', text = '' } =
      digest([noticed('new', { subject: mallory })], { ...sienna, forename: '<b>' }) ?? {};
    expect(html).not.toMatch(/<img|<b>/);
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;');
    expect(text).toContain('Hello <b>,');
  });

  test('whatever the names: one line each, and no tag but ours', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (reader, subject) => {
        const { html = '', subject: line = '' } =
          digest([noticed('new', { subject: { ...zoe, forename: subject } })], { ...sienna, forename: reader }) ?? {};
        const tags = new Set([...html.matchAll(/<\/?([a-z0-9!]+)/gi)].map(([, tag]) => tag));
        expect(
          [...tags].every((tag) => ['!doctype', 'html', 'body', 'p', 'h2', 'ul', 'li', 'a'].includes(tag ?? '')),
        ).toBe(true);
        expect(line).not.toMatch(/[\r\n]/);
      }),
    );
  });
});

test('the text is the same in both: every link of the HTML is in the text', () => {
  const all = [noticed('new'), late(1), aboutProcess('told', 'endorsement-opened')];
  const { text = '', html = '' } = digest(all, sienna, addDays(wednesday, 1)) ?? {};
  const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, link]) => link ?? '');
  expect(links).toHaveLength(3);
  for (const link of links) expect(text).toContain(link);
});
