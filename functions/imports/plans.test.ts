/** What each kind of file comes to, against people on file: pure, without a table. */
import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCurrent } from '../../workflows/kernel/people.ts';
import type { Person, School } from '../../workflows/kernel/records.ts';
import { isRejection, type Rejection } from '../../workflows/kernel/rejections.ts';
import { addDays, type Day, day } from '../../workflows/kernel/time.ts';
import { type ImportKind, importKinds, recognise } from './columns.ts';
import { planManagers, readManagers } from './line-managers.ts';
import type { Plan } from './plan.ts';
import { readSeparatedFile } from './read-file.ts';
import { fates } from './report.ts';
import { planRoles, readRoles } from './role-rows.ts';
import { makeRoster } from './roster.ts';
import { planSchools, readSchools } from './schools.ts';
import { planStaff, readStaff } from './staff.ts';

/** A Wednesday in term. */
const TODAY = day('2026-11-25');

/** The trust as far as imports go so far; each file is planned and then taken. */
class Trust {
  people = new Map<string, Person>();
  schools = new Map<string, School>();
  #ids = 0;

  plan(kind: ImportKind, content: string | Uint8Array, schoolId = '910101', today: Day = TODAY): Plan | Rejection {
    const file = readSeparatedFile(typeof content === 'string' ? Buffer.from(content) : content);
    if (isRejection(file)) return file;
    const recognised = recognise(kind, file.header);
    if (isRejection(recognised)) return recognised;
    const { columns } = recognised;
    const roster = makeRoster(this.people.values(), this.schools.values(), today);
    const newId = () => `p${++this.#ids}`;
    switch (kind) {
      case 'staff':
        return planStaff(
          readStaff(file, columns, { schoolId, today, birthHash: (birth) => `hash of ${birth}` }),
          roster,
          newId,
        );
      case 'schools':
        return planSchools(readSchools(file, columns), roster);
      case 'roles':
        return planRoles(readRoles(file, columns), roster, newId);
      case 'line-managers':
        return planManagers(readManagers(file, columns), roster);
      case 'off-the-job':
        throw new Error('Hours are planned on processes: off-the-job.test.ts');
    }
  }

  take(kind: ImportKind, content: string | Uint8Array, schoolId = '910101', today: Day = TODAY): Plan {
    const plan = this.plan(kind, content, schoolId, today);
    if (isRejection(plan)) throw new Error(plan.detail);
    for (const { next } of plan.people) this.people.set(next.personId, next);
    for (const { next } of plan.schools) this.schools.set(next.schoolId, next);
    return plan;
  }

  named(forename: string, surname: string): readonly Person[] {
    return [...this.people.values()].filter((person) => person.forename === forename && person.surname === surname);
  }
}

const fatesOf = (plan: Plan) => plan.lines.map(({ line, fate }) => `${line} ${fate}`);
const sample = (name: string) => readFileSync(new URL(`../../sample/${name}`, import.meta.url));

const HEADING = 'Employee ID,First Name,Last Name,Email,Job Title,Date of Birth,Start Date,End Date,FTE';
const arbor = (...rows: string[]) => [HEADING, ...rows].join('\r\n');

function trustWith(...rows: string[]): Trust {
  const trust = new Trust();
  trust.take('schools', 'URN,EstablishmentName\n910101,Oakfield\n910102,Brook Lane\n');
  trust.take('staff', arbor(...rows));
  return trust;
}

const refusalOf = (outcome: Plan | Rejection): string => {
  if (!isRejection(outcome)) throw new Error('was taken');
  return outcome.detail;
};

describe('the files of the sample', () => {
  const trust = new Trust();
  const counts = (plan: Plan) =>
    Object.fromEntries(
      fates.flatMap((fate) => {
        const count = plan.lines.filter((line) => line.fate === fate).length;
        return count > 0 ? [[fate, count]] : [];
      }),
    );

  test.each([
    ['schools', 'schools.csv', '', { added: 7 }],
    ['staff', 'staff-910101-arbor.csv', '910101', { added: 44, repeated: 1, empty: 1 }],
    ['staff', 'staff-910102-arbor.csv', '910102', { added: 38, leaver: 1, repeated: 1, empty: 1 }],
    ['staff', 'staff-910103-bromcom.csv', '910103', { added: 30, refused: 1 }],
    ['staff', 'staff-910104-sims.csv', '910104', { added: 32, leaver: 2 }],
    ['staff', 'staff-910105-arbor.csv', '910105', { added: 47, leaver: 3, repeated: 1, empty: 1 }],
    ['staff', 'staff-910106-bromcom.csv', '910106', { added: 41, leaver: 1, refused: 1 }],
    ['staff', 'staff-910107-sims.csv', '910107', { added: 27, leaver: 2 }],
    ['staff', 'staff-trust-office.csv', 'trust', { added: 3 }],
    ['roles', 'roles.csv', '', { added: 46 }],
    ['line-managers', 'line-managers.csv', '', { added: 253, refused: 8 }],
  ] as const)('%s %s', (kind, name, schoolId, expected) => {
    expect(counts(trust.take(kind, sample(name), schoolId))).toEqual(expected);
  });

  test('hold 269 people, two of them with posts at two schools, and 8 from outside', () => {
    const staff = [...trust.people.values()].filter(({ posts }) => posts.length > 0);
    expect(staff).toHaveLength(269);
    const twice = staff.filter(({ posts }) => posts.length > 1);
    expect(
      twice.map(({ forename, surname, posts }) => [forename, surname, ...posts.map(({ schoolId }) => schoolId)]),
    ).toEqual([
      ['Arthur', 'Cooper', '910101', '910103'],
      ['Jacob', 'Davies', '910105', '910106'],
    ]);
    expect(trust.people.size - staff.length).toBe(8);
    expect([...trust.people.values()].some(({ surname }) => surname === 'Nobody')).toBe(false);
  });

  test('say of each line what was wrong with it', () => {
    const plan = trust.plan('staff', sample('staff-910103-bromcom.csv'), '910103');
    expect(!isRejection(plan) && plan.lines.at(-1)).toEqual({
      line: 32,
      fate: 'refused',
      reason: 'The forename is missing; the date of birth “1990-02-30” is no possible date.',
      warnings: [],
      personId: null,
      changes: [],
    });
    const repeated = trust.plan('staff', sample('staff-910101-arbor.csv'), '910101');
    expect(!isRejection(repeated) && repeated.lines.at(-2)).toMatchObject({
      line: 46,
      fate: 'repeated',
      reason: 'The same as line 11.',
    });
  });

  test('read letters, capitals, jobs and days as they were meant', () => {
    expect(trust.named('Agnieszka', 'O’Connor')[0]?.posts[0]).toEqual({
      schoolId: '910104',
      employeeNumber: '1532',
      job: 'Class Teacher',
      startsOn: '2009-05-25',
      fte: 0.4,
      lineManagerId: trust.named('Robin', 'Hembrow')[0]?.personId,
    });
    expect(trust.named('Oliver', 'Hall')[0]).toMatchObject({
      email: 'o.hall@oak.example',
      posts: [{ startsOn: '2015-01-28' }],
    });
    expect(trust.named('Ethan', 'Müller')).toHaveLength(1);
  });

  test('change nothing when they are imported again', () => {
    for (const name of readdirSync(new URL('../../sample/', import.meta.url)).filter((each) => each.endsWith('.csv'))) {
      const [, of = ''] = /^staff-(\d{6}|trust)/.exec(name) ?? [];
      const kind = importKinds.find((each) => name.startsWith(each));
      const plan = kind && trust.plan(kind, sample(name), of);
      if (!plan || isRejection(plan)) throw new Error(name);
      expect([plan.people, plan.schools], name).toEqual([[], []]);
      expect(
        plan.lines.filter(({ fate }) => ['added', 'changed', 'leaver'].includes(fate)),
        name,
      ).toEqual([]);
    }
  });

  test('keep no date of birth, but as the hash that it was given', () => {
    const kept = JSON.stringify([...trust.people.values()].map(({ posts: _, birthHash: __, ...person }) => person));
    expect(kept).not.toMatch(/\d{4}-\d{2}-\d{2}|\d{2}\/\d{2}\/\d{4}/);
  });
});

describe('a file as a whole', () => {
  test('is refused when a column is missing, and the column is named', () => {
    const detail = refusalOf(
      new Trust().plan('staff', 'Employee ID,First Name,Last Name,Job Title\n1,Zoë,Smith,Cook\n'),
    );
    expect(detail).toBe(
      'This looks like an Arbor staff export, but has no column “Email”. Add it to the report in your system, export again and send that file. Columns found: “Employee ID”, “First Name”, “Last Name”, “Job Title”.',
    );
  });

  test('is refused when it is of another kind, and is told where it belongs', () => {
    const trust = new Trust();
    expect(refusalOf(trust.plan('staff', sample('schools.csv')))).toBe(
      'This is a list of schools, not a staff export of Arbor, Bromcom or SIMS. Import it as a list of schools.',
    );
    expect(trust.plan('roles', sample('line-managers.csv'))).toMatchObject({
      errors: [{ path: 'kind.line-managers' }],
    });
    expect(refusalOf(trust.plan('schools', sample('staff-910104-sims.csv')))).toContain('This is a SIMS staff export');
  });

  test('is refused when a column that counts is there twice, and read when it is another one', () => {
    const trust = new Trust();
    expect(refusalOf(trust.plan('staff', `${HEADING},Email\n`))).toContain('“Email” more than once');
    expect(isRejection(trust.plan('staff', `${HEADING},Notes,Notes\n1,A,B,,Cook,,,,,x,y\n`))).toBe(false);
  });

  test('is refused when its first line is no heading', () => {
    expect(refusalOf(new Trust().plan('staff', '1,Zoë,Smith\n2,Sam,Khan\n'))).toContain('does not name the columns');
  });

  test('may have columns in any order, in other capitals and with others between them', () => {
    const plan = new Trust().take(
      'staff',
      'notes;EMAIL;last name;First_Name;job title;employee id\n;z@oak.example;Smith;Zoë;Cook;7\n',
    );
    expect(plan.people[0]?.next).toMatchObject({
      forename: 'Zoë',
      surname: 'Smith',
      email: 'z@oak.example',
      posts: [{ employeeNumber: '7' }],
    });
  });
});

describe('a line', () => {
  test('is refused without forename, surname or employee number, or with a day that is none; the others are taken', () => {
    const plan = new Trust().take(
      'staff',
      arbor(
        '1,,Smith,a@oak.example,Cook,01/01/1980,,,',
        '2,Zoë,,b@oak.example,Cook,01/01/1980,,,',
        ',Zoë,Smith,c@oak.example,Cook,01/01/1980,,,',
        '4,Zoë,Smith,d@oak.example,Cook,30/02/1980,,,',
        '5,Zoë,Smith,e@oak.example,Cook,,,31/06/2026,',
        '6,Zoë,Smith,f@oak.example,Cook,,,,',
      ),
    );
    expect(plan.lines.map(({ fate, reason }) => [fate, reason])).toEqual([
      ['refused', 'The forename is missing.'],
      ['refused', 'The surname is missing.'],
      ['refused', 'The employee number is missing.'],
      ['refused', 'The date of birth “30/02/1980” is no possible date.'],
      ['refused', 'The end date “31/06/2026” is no possible date.'],
      ['added', null],
    ]);
  });

  test('with more values than the heading is refused, as they stand in the wrong columns', () => {
    const plan = new Trust().take('staff', arbor('1,Zoë,Smith, Jones,z@oak.example,Cook,01/01/1980,,,1.0'));
    expect(plan.lines[0]).toMatchObject({
      line: 2,
      fate: 'refused',
      reason: expect.stringContaining('quotation marks'),
    });
  });

  test('with fewer values is taken with a warning', () => {
    const plan = new Trust().take('staff', arbor('1,Zoë,Smith,z@oak.example,Cook'));
    expect(plan.lines[0]).toMatchObject({ fate: 'added', warnings: [expect.stringContaining('shorter')] });
  });

  test('with a malformed address is taken without it, and odd ages and days are warnings', () => {
    const plan = new Trust().take(
      'staff',
      arbor(
        '1,Zoë,Smith,not-an-email,Cook,01/01/2015,01/09/2030,01/09/2029,1.5',
        '2,Max,Ren\uFFFDe,,Cook,01/01/1920,,,',
      ),
    );
    expect(plan.people[0]?.next.email).toBeUndefined();
    expect(plan.lines[0]?.warnings).toEqual([
      '“not-an-email” is no e-mail address, so none was taken.',
      '“1.5” is no share of a full post between 0 and 1, so none was taken.',
      'By the date of birth this person is 11.',
      'The start date 2030-09-01 is more than a year away.',
      'The end date is before the start date.',
    ]);
    expect(plan.lines[1]?.warnings).toEqual([
      expect.stringContaining('lost in an earlier conversion'),
      'By the date of birth this person is 106.',
    ]);
  });

  test('that repeats an employee number with other details is refused, with the same ones repeated', () => {
    const row = '1,Zoë,Smith,z@oak.example,Cook,01/01/1980,,,1.0';
    const plan = new Trust().take(
      'staff',
      arbor(row, row.toUpperCase().replace('ZOË', 'Zoë').replace('COOK', 'Cook'), row.replace('Cook', 'Head')),
    );
    expect(fatesOf(plan)).toEqual(['2 added', '3 repeated', '4 refused']);
  });

  test('is numbered as the file numbers it, also after a value with a line break', () => {
    const plan = new Trust().take('staff', arbor('1,Zoë,Smith,,"Cook\r\nand more",,,,', '', '2,,Khan,,Cook,,,,'));
    expect(fatesOf(plan)).toEqual(['2 added', '4 empty', '5 refused']);
    expect(plan.people[0]?.next.posts[0]?.job).toBe('Cook and more');
  });
});

describe('the same person', () => {
  const ZOE = '1,Zoë,Smith,z.smith@oak.example,Cook,01/02/1980,01/09/2020,,0.8';

  test('has the same address, however it is written, and no other date of birth', () => {
    const trust = trustWith(ZOE);
    const plan = trust.take('staff', arbor('77,Zoë,Smith-Vale, Z.SMITH@OAK.EXAMPLE ,Cook,1980-02-01,,,0.2'), '910102');
    expect(plan.lines[0]).toMatchObject({ fate: 'added', personId: 'p1', changes: ['school'] });
    expect(plan.lines[0]?.warnings[0]).toMatch(/^The same person as Zoë Smith \(Oakfield[^,]*, number 1\)/);
    expect(trust.people.size).toBe(1);
  });

  test('94: has one record and two posts, and is named as at the post with most hours, in whichever order they come', () => {
    const at101 = arbor('1,Jacob,Davies,j.davies@oak.example,Class Teacher,24/12/1988,04/12/2015,,0.8');
    const at102 = arbor('6692,Jacob,Davies-Vale,j.davies@oak.example,Class Teacher,1988-12-24,42342,,0.2');
    for (const order of [
      [['910101', at101] as const, ['910102', at102] as const],
      [['910102', at102] as const, ['910101', at101] as const],
    ]) {
      const trust = trustWith();
      for (const [schoolId, file] of order) trust.take('staff', file, schoolId);
      const [person, ...others] = trust.people.values();
      expect(others).toEqual([]);
      expect(person).toMatchObject({ forename: 'Jacob', surname: 'Davies' });
      expect(person?.posts.map((post) => [post.schoolId, post.fte])).toEqual(
        order.map(([schoolId]) => [schoolId, schoolId === '910101' ? 0.8 : 0.2]),
      );
      for (const [schoolId, file] of order) expect(trust.take('staff', file, schoolId).people).toEqual([]);
    }
  });

  test('is not somebody with the same address and another date of birth: the line is refused', () => {
    const trust = trustWith(ZOE);
    const plan = trust.take('staff', arbor('77,Zoë,Smith,z.smith@oak.example,Cook,02/02/1980,,,'), '910102');
    expect(plan.lines[0]).toMatchObject({
      fate: 'refused',
      reason: expect.stringContaining('another date of birth'),
      personId: null,
    });
    expect(trust.people.size).toBe(1);
  });

  test('is not somebody with the same name and date of birth and no shared address: two people and a warning', () => {
    const trust = trustWith(ZOE);
    for (const address of ['', 'zoe@elsewhere.example']) {
      const plan = trust.plan('staff', arbor(`77,Zoe,SMITH,${address},Cook,01/02/1980,,,`), '910102');
      if (isRejection(plan)) throw new Error(plan.detail);
      expect(plan.lines[0]).toMatchObject({ fate: 'added', warnings: [expect.stringContaining('kept as two people')] });
      expect(plan.lines[0]?.personId).not.toBe('p1');
    }
  });

  test('is never found by name alone, in any file', () => {
    const row = fc.record({
      forename: fc.constantFrom('Zoë', 'Sam'),
      surname: fc.constantFrom('Smith', 'SMITH', 'Khan'),
      email: fc.constantFrom('', 'a@oak.example', 'b@oak.example', 'c@oak.example'),
      birth: fc.constantFrom('', '01/01/1980', '02/02/1990'),
    });
    const files = fc.array(fc.tuple(fc.constantFrom('910101', '910102'), fc.array(row, { maxLength: 6 })), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(files, (imports) => {
        const trust = trustWith();
        let number = 0;
        for (const [schoolId, rows] of imports) {
          trust.take(
            'staff',
            arbor(
              ...rows.map((each) => `${++number},${each.forename},${each.surname},${each.email},Cook,${each.birth},,,`),
            ),
            schoolId,
          );
        }
        for (const person of trust.people.values()) {
          if (person.posts.length > 1) expect(person.email).toBeDefined();
        }
        const addresses = [...trust.people.values()].flatMap(({ email }) => email ?? []);
        expect(new Set(addresses).size).toBe(addresses.length);
      }),
    );
  });

  test('may get another address on the same post', () => {
    const trust = trustWith(ZOE);
    const plan = trust.take('staff', arbor(ZOE.replace('z.smith@', 'z.vale@').replace('Smith', 'Vale')));
    expect(plan.lines[0]).toMatchObject({ fate: 'changed', personId: 'p1', changes: ['surname', 'email'] });
    expect(trust.people.get('p1')).toMatchObject({ surname: 'Vale', email: 'z.vale@oak.example' });
  });

  test('is not whoever gets an employee number after them', () => {
    const trust = trustWith(ZOE);
    for (const row of ['1,Sam,Khan,s.khan@oak.example,Cook,05/05/1990,,,', '1,Sam,Khan,s.khan@oak.example,Cook,,,,']) {
      expect(trust.take('staff', arbor(row)).lines[0]).toMatchObject({ fate: 'refused', personId: null });
    }
    expect(trust.people.get('p1')).toMatchObject({ forename: 'Zoë' });
  });

  test('is not guessed where number and address are two people', () => {
    const trust = trustWith(ZOE, '2,Sam,Khan,s.khan@oak.example,Cook,05/05/1990,,,');
    const plan = trust.take('staff', arbor('1,Zoë,Smith,s.khan@oak.example,Cook,,,,'));
    expect(plan.lines[0]).toMatchObject({
      fate: 'refused',
      reason: expect.stringContaining('One of the two is wrong'),
    });
  });

  test('keeps an address until the file that gives it away is applied', () => {
    const trust = trustWith(ZOE);
    const rows = [ZOE.replace('z.smith@', 'z.vale@'), '9,Zack,Smith,z.smith@oak.example,Cook,,,,'];
    expect(fatesOf(trust.take('staff', arbor(...rows)))).toEqual(['2 changed', '3 refused']);
    expect(fatesOf(trust.take('staff', arbor(...rows)))).toEqual(['2 unchanged', '3 added']);
  });

  test('keeps what a file has no column for, and an address where the cell is empty', () => {
    const trust = trustWith(ZOE);
    const plan = trust.take('staff', 'PersonID,Surname,Forename,EmailAddress\n1,Smith,Zoë,\n');
    expect(fatesOf(plan)).toEqual(['2 unchanged']);
    const emptied = trust.take('staff', arbor('1,Zoë,Smith,,Cook,01/02/1980,,,'));
    expect(emptied.lines[0]).toMatchObject({ fate: 'changed', changes: ['startsOn', 'fte'] });
    expect(trust.people.get('p1')).toMatchObject({ email: 'z.smith@oak.example' });
  });
});

describe('leavers', () => {
  const ending = (on: Day) => arbor(`1,Zoë,Smith,z@oak.example,Cook,01/02/1980,01/09/2020,${on},1.0`);

  test('96: whose last day is today are current today and not tomorrow', () => {
    const trust = trustWith();
    const plan = trust.take('staff', ending(TODAY));
    expect(fatesOf(plan)).toEqual(['2 added']);
    const [zoe] = trust.people.values();
    if (!zoe) throw new Error('nobody');
    expect(isCurrent(zoe, TODAY)).toBe(true);
    expect(isCurrent(zoe, addDays(TODAY, 1))).toBe(false);
  });

  test('whom nobody knew are imported as not current', () => {
    const trust = trustWith();
    const plan = trust.take('staff', ending(addDays(TODAY, -1)));
    expect(fatesOf(plan)).toEqual(['2 leaver']);
    const [zoe] = trust.people.values();
    expect(zoe && isCurrent(zoe, TODAY)).toBe(false);
  });

  test('who were known are leavers once, and unchanged from then on', () => {
    const trust = trustWith('1,Zoë,Smith,z@oak.example,Cook,01/02/1980,01/09/2020,,1.0');
    expect(trust.take('staff', ending(day('2026-10-23'))).lines[0]).toMatchObject({
      fate: 'leaver',
      changes: ['endsOn', 'left'],
    });
    expect(fatesOf(trust.take('staff', ending(day('2026-10-23'))))).toEqual(['2 unchanged']);
  });

  test('are never made by absence: who is not in the file is named and stays', () => {
    const trust = trustWith(
      '1,Zoë,Smith,z@oak.example,Cook,,,,',
      '2,Sam,Khan,,Cook,,,,',
      '3,Left,Before,,Cook,,,01/01/2020,',
    );
    const plan = trust.take('staff', arbor('1,Zoë,Smith,z@oak.example,Cook,,,,', '2,,Khan,,Cook,,,,'));
    expect(plan.missing).toEqual([]);
    const shorter = trust.take('staff', arbor('1,Zoë,Smith,z@oak.example,Cook,,,,'));
    expect(shorter.missing).toEqual([{ personId: 'p2', name: 'Sam Khan', employeeNumber: '2' }]);
    expect(shorter.people).toEqual([]);
  });
});

describe('schools', () => {
  test('are added, changed and named when missing; one without a URN or name is refused', () => {
    const trust = trustWith();
    const plan = trust.take(
      'schools',
      'URN,EstablishmentName,NumberOfPupils,EstablishmentStatus (code)\n910101,Oakfield Primary,414,1\n91,Short,1,1\n910103,,1,1\n910104,Hill,many,2\n910104,Hill,many,2\n910104,Hall,1,1\n',
    );
    expect(fatesOf(plan)).toEqual(['2 changed', '3 refused', '4 refused', '5 added', '6 repeated', '7 refused']);
    expect(plan.lines[0]?.changes).toEqual(['name', 'statusCode', 'pupils']);
    expect(plan.lines[3]?.warnings).toHaveLength(2);
    expect(plan.missing).toEqual([{ schoolId: '910102', name: 'Brook Lane' }]);
    expect(trust.schools.get('910101')).toMatchObject({ name: 'Oakfield Primary', pupils: 414, version: 2 });
  });
});

describe('roles', () => {
  const head = 'Email,Role,URN,First Name,Last Name';
  const trust = () => trustWith('1,Zoë,Smith,z@oak.example,Head,,,,', '2,Lee,Vale,l@oak.example,Cook,,,01/01/2020,');
  const rolesOf = (on: Trust, ...rows: string[]) => on.take('roles', [head, ...rows].join('\n'));

  test('are given to people on file, and to chairs and partners from outside', () => {
    const on = trust();
    const plan = rolesOf(
      on,
      'Z@oak.example,Headteacher,910101',
      'chair@x.example,lsc-chair,910101,Corin,HARTLEY',
      'chair@x.example,trust-chair,',
      'z@oak.example,headteacher,910101',
    );
    expect(fatesOf(plan)).toEqual(['2 added', '3 added', '4 added', '5 repeated']);
    expect(on.named('Corin', 'Hartley')[0]).toMatchObject({
      posts: [],
      email: 'chair@x.example',
      roles: [
        { role: 'lsc-chair', schoolId: '910101' },
        { role: 'trust-chair', schoolId: 'trust' },
      ],
    });
  });

  test.each([
    ['nobody@oak.example,headteacher,910101', 'Nobody on file has the address'],
    ['nobody@oak.example,headteacher,910101,New,Head', 'Nobody on file has the address'],
    ['new@x.example,partner,', 'forename and surname are needed'],
    ['z@oak.example,king,910101', '“king” is no role'],
    ['z@oak.example,Head Teacher,910101', '“Head Teacher” is no role. Roles are: '],
    ['z@oak.example,,910101', 'The role is missing'],
    [',headteacher,910101', 'The e-mail address is missing'],
    ['z@oak.example,staff,910101', 'follows from'],
    ['z@oak.example,headteacher,999999', 'No school of this trust has the URN 999999'],
    ['z@oak.example,headteacher,', 'its URN is missing'],
    ['z@oak.example,headteacher,trust', 'held at a school'],
    ['z@oak.example,admin,910101', 'whole trust'],
    ['z,admin,', 'no e-mail address'],
    ['z@oak.example,admin,,Zoë,Smith,more', 'more values'],
  ])('%s is refused', (row, reason) => {
    expect(rolesOf(trust(), row).lines[0]).toMatchObject({
      fate: 'refused',
      reason: expect.stringContaining(reason),
      personId: null,
    });
  });

  test('are taken away where the file says that they have ended, and nobody is left without an administrator', () => {
    const on = trust();
    rolesOf(on, 'z@oak.example,headteacher,910101', 'z@oak.example,admin,', 'c@x.example,lsc-chair,910101,Corin,Hart');
    const ending = (...rows: string[]) => on.take('roles', [`${head},Ended`, ...rows].join('\n'));
    const plan = ending(
      'z@oak.example,headteacher,910101,,,yes',
      'c@x.example,lsc-chair,910101,,,Yes',
      'z@oak.example,admin,,,,yes',
      'z@oak.example,mentor,910101,,,yes',
      'nobody@oak.example,mentor,910101,,,yes',
      'z@oak.example,coach,910101,,,perhaps',
      'z@oak.example,headteacher,910101,,,no',
    );
    expect(fatesOf(plan)).toEqual([
      '2 changed',
      '3 changed',
      '4 refused',
      '5 unchanged',
      '6 refused',
      '7 refused',
      '8 refused',
    ]);
    expect(plan.lines[2]?.reason).toContain('is the only administrator');
    expect(on.named('Zoë', 'Smith')[0]?.roles).toEqual([{ role: 'admin', schoolId: 'trust' }]);
    expect(on.named('Corin', 'Hart')[0]?.roles).toEqual([]);
    rolesOf(on, 'l@oak.example,admin,');
    expect(fatesOf(ending('z@oak.example,admin,,,,yes'))).toEqual(['2 refused']);
  });

  test('are not taken from those who are missing in the file, but these are named', () => {
    const on = trust();
    rolesOf(on, 'z@oak.example,headteacher,910101', 'z@oak.example,admin,');
    const plan = rolesOf(on, 'z@oak.example,admin,');
    expect(plan.missing).toEqual([{ personId: 'p1', name: 'Zoë Smith', role: 'headteacher', schoolId: '910101' }]);
    expect(on.people.get('p1')?.roles).toHaveLength(2);
  });

  test('of somebody who has left are taken with a warning', () => {
    expect(rolesOf(trust(), 'l@oak.example,mentor,910101').lines[0]).toMatchObject({
      fate: 'added',
      warnings: [expect.stringContaining('no current post')],
    });
  });
});

describe('line managers', () => {
  const people = ['a', 'b', 'c', 'd'].map(
    (name, n) => `${n + 1},${name.toUpperCase()},Smith-${name},${name}@oak.example,Cook,,,,`,
  );
  const managed = (on: Trust, ...rows: string[]) =>
    on.take('line-managers', ['Email,Line Manager Email,URN', ...rows].join('\n'));
  const managerOf = (on: Trust, personId: string) => on.people.get(personId)?.posts[0]?.lineManagerId;

  test('are set on the post at that school', () => {
    const on = trustWith(...people);
    expect(fatesOf(managed(on, 'a@oak.example,B@oak.example,910101', 'a@oak.example,b@oak.example,910101'))).toEqual([
      '2 added',
      '3 repeated',
    ]);
    expect(managerOf(on, 'p1')).toBe('p2');
    const plan = managed(on, 'a@oak.example,c@oak.example,910101');
    expect(plan.lines[0]).toMatchObject({ fate: 'changed', changes: ['line-manager'] });
    expect(managed(on, 'b@oak.example,c@oak.example,910101').missing).toEqual([
      { personId: 'p1', name: 'A Smith-a', schoolId: '910101', employeeNumber: '1' },
    ]);
  });

  test.each([
    ['a@oak.example,a@oak.example,910101', 'their own'],
    ['a@oak.example,nobody@oak.example,910101', 'Nobody on file has the address nobody@'],
    ['nobody@oak.example,a@oak.example,910101', 'Nobody on file has the address nobody@'],
    ['a@oak.example,b@oak.example,910102', 'no post at '],
    ['a@oak.example,b@oak.example,999999', 'No school'],
    ['a@oak.example,,910101', 'The e-mail address of the line manager is missing'],
  ])('%s is refused', (row, reason) => {
    expect(managed(trustWith(...people), row).lines[0]).toMatchObject({
      fate: 'refused',
      reason: expect.stringContaining(reason),
    });
  });

  test('in a circle are refused, also where the circle is closed by what is on file', () => {
    const on = trustWith(...people);
    const plan = managed(
      on,
      'a@oak.example,b@oak.example,910101',
      'b@oak.example,c@oak.example,910101',
      'c@oak.example,a@oak.example,910101',
      'd@oak.example,a@oak.example,910101',
    );
    expect(fatesOf(plan)).toEqual(['2 refused', '3 refused', '4 refused', '5 added']);
    expect(plan.lines[0]?.reason).toContain('A Smith-a → B Smith-b → C Smith-c → A Smith-a');
    expect(fatesOf(managed(on, 'a@oak.example,d@oak.example,910101'))).toEqual(['2 refused']);
  });

  test('may change places in one file', () => {
    const on = trustWith(...people);
    managed(on, 'a@oak.example,b@oak.example,910101', 'b@oak.example,c@oak.example,910101');
    expect(fatesOf(managed(on, 'b@oak.example,a@oak.example,910101', 'a@oak.example,c@oak.example,910101'))).toEqual([
      '2 changed',
      '3 changed',
    ]);
    expect([managerOf(on, 'p2'), managerOf(on, 'p1')]).toEqual(['p1', 'p3']);
  });

  test('never form a circle, whatever the files say', () => {
    const address = fc.constantFrom('a', 'b', 'c', 'd').map((name) => `${name}@oak.example`);
    const row = fc.tuple(address, address).map(([person, manager]) => `${person},${manager},910101`);
    fc.assert(
      fc.property(fc.array(fc.array(row, { maxLength: 6 }), { maxLength: 4 }), (files) => {
        const on = trustWith(...people);
        for (const rows of files) managed(on, ...rows);
        for (const start of on.people.keys()) {
          let above = managerOf(on, start);
          for (let n = 0; above !== undefined; n += 1) {
            expect(n).toBeLessThan(4);
            above = managerOf(on, above);
          }
        }
      }),
    );
  });
});

test('no damage to the files of the sample makes a plan throw, or takes a person twice', () => {
  const names = readdirSync(new URL('../../sample/', import.meta.url)).filter((name) => name.endsWith('.csv'));
  const contents = names.map((name) => sample(name));
  const damage = fc.record({
    at: fc.nat(),
    cut: fc.nat({ max: 40 }),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.constantFrom('"', ',', '\r\n', ',,,,', ';', '\u0000', '9999999999').map((text) => Buffer.from(text)),
    ),
  });
  const trust = new Trust();
  trust.take('schools', sample('schools.csv'));
  trust.take('staff', sample('staff-910101-arbor.csv'));
  fc.assert(
    fc.property(
      fc.nat({ max: contents.length - 1 }),
      fc.array(damage, { minLength: 1, maxLength: 6 }),
      fc.constantFrom(...importKinds),
      (which, damages, kind) => {
        let content = contents[which] ?? Buffer.alloc(0);
        for (const { at, cut, put } of damages) {
          const from = at % (content.length + 1);
          content = Buffer.concat([content.subarray(0, from), put, content.subarray(from + cut)]);
        }
        const plan = trust.plan(kind, content);
        if (isRejection(plan)) {
          expect(plan.detail).toMatch(/\.$/);
          return;
        }
        const numbers = plan.people.flatMap(({ next }) =>
          next.posts.map((post) => `${post.schoolId}#${post.employeeNumber}`),
        );
        expect(new Set(numbers).size).toBe(numbers.length);
        const addresses = plan.people.flatMap(({ next }) => next.email ?? []);
        expect(new Set(addresses).size).toBe(addresses.length);
      },
    ),
    { numRuns: 500 },
  );
});
