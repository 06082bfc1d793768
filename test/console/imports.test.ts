/** Importing in a real browser: what a file must be, what becomes of each row, how far it is, and the way back to it. */
import { readFileSync } from 'node:fs';
import type { Page, Route } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { MAX_BYTES } from '../../functions/imports/read-file.ts';
import { TRUST } from '../../workflows/kernel/records.ts';
import { atLondon, day } from '../../workflows/kernel/time.ts';
import { everybody, OAKFIELD, personOf, sam, sienna, zoe } from '../world.ts';
import { expectAccessible, expectFitting, stageForEach } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ada = personOf('Ada', { posts: [{ schoolId: TRUST }], roles: [['admin', TRUST]] });

const HEADING = 'Employee ID,First Name,Last Name,Email,Job Title,Date of Birth,Start Date,End Date,FTE';
const row = (n: number, job = 'Cook') => `${n},Forename${n},Surname${n},s${n}@oak.example,${job},01/01/1980,,,1.0`;
const staff = (count: number, job?: string) =>
  [HEADING, ...Array.from({ length: count }, (_, n) => row(n + 1, job))].join('\r\n');

const { stage, ask } = stageForEach({ startsAt: atLondon(day('2026-09-16'), '09:00'), people: [...everybody, ada] });

const fileOf = (name: string, text: string | Buffer) => ({
  name,
  mimeType: 'text/csv',
  buffer: typeof text === 'string' ? Buffer.from(text) : text,
});

const choose = (page: Page, name: string, text: string | Buffer) =>
  page.locator('input[type=file]').setInputFiles(fileOf(name, text));

/** Checks a staff export of Oakfield and waits for what was found. */
async function checked(page: Page, text: string): Promise<string> {
  await choose(page, `staff-${OAKFIELD}.csv`, text);
  await page.getByText('Chosen:').waitFor();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await page.getByRole('heading', { name: 'What would become of the rows' }).waitFor();
  return new URL(page.url()).searchParams.get('import') ?? '';
}

const answering = (route: Route, status: number, body: unknown) =>
  route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body) });

describe('an import', () => {
  it('shows ten dozen rows page by page, by what becomes of them and by name, and applies them once', async () => {
    const page = await stage.open('/app/imports', ada);
    // A report that is larger than an answer comes in pages.
    await page.route('**/imports/staff**', async (route) => {
      const answer = await route.fetch();
      const { lines, ...report } = (await answer.json()) as { readonly lines: readonly unknown[] };
      await answering(route, 201, { ...report, lines: lines.slice(0, 50), missing: [], cursor: '50' });
    });
    const importId = await checked(page, `${staff(120)}\r\n121,,Nameless,,Cook,,,,1.0`);
    expect(importId).not.toBe('');
    const rows = page.getByRole('table').locator('tbody tr');
    expect(await rows.count()).toBe(1);
    await page.getByRole('cell', { name: 'The forename is missing.' }).waitFor();
    await page.getByRole('cell', { name: 'Nameless, 121' }).waitFor();
    await page.getByRole('button', { name: 'All rows 121' }).click();
    expect(await rows.count()).toBe(100);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('Rows 101 to 121 of 121').waitFor();
    await page.getByLabel('Find in the rows').fill('surname77');
    await page.getByRole('cell', { name: 'Forename77 Surname77, 77' }).waitFor();
    expect(await rows.count()).toBe(1);
    await expectAccessible(page);
    await page.setViewportSize({ width: 320, height: 640 });
    await expectFitting(page);
    await page.getByText(/on record and not in this file$/).click();
    await page.getByRole('link', { name: 'Zoe Sample' }).waitFor();

    // The address finds it again, and the device remembers it.
    await page.goto('/app/imports');
    await page.getByText(`staff-${OAKFIELD}.csv was checked here and is not applied yet.`).waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Open it' }).click();
    await page.getByText('120 rows would change something. 1 refused row would be left out.').waitFor();
    expect(new URL(page.url()).searchParams.get('import')).toBe(importId);
    await page.getByRole('button', { name: 'Apply it' }).click();
    await page.getByText(/^Applied on/).waitFor();
    await page.reload();
    await page.getByText(/^Applied on/).waitFor();
    await page.getByRole('heading', { name: 'What became of the rows' }).waitFor();
    expect(await page.getByRole('button', { name: 'Apply it' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Check another file' }).click();
    await page.getByText('Drop the file here, or').waitFor();
    expect(await page.getByText('is not applied yet').count()).toBe(0);
    expect((await ask(ada, 'GET', '/people?q=surname77')).items).toHaveLength(1);
  });

  it('that needs several requests says how far it is, goes on after a lost connection and after a reload', async () => {
    const page = await stage.open('/app/imports', ada);
    const importId = await checked(page, staff(3));
    const state = {
      importId,
      kind: 'staff',
      schoolId: OAKFIELD,
      checkedAt: '2026-09-16T08:00:00Z',
      appliedAt: null,
      progress: { step: 'writing', done: 30, of: 100 },
    };
    const answers: ((route: Route) => Promise<void>)[] = [
      (route) => answering(route, 202, state),
      (route) => route.abort('connectionreset'),
      // Kept waiting, so that the bar can be looked at.
      async (route) => {
        await page.getByText('Step 1 of 2, writing: 60 of 100.').waitFor();
        await expectAccessible(page);
        await answering(route, 403, {
          code: 'not-allowed',
          detail: 'Imports are for the administrators of this trust.',
        });
      },
    ];
    let applies = 0;
    await page.route('**/apply', async (route) => {
      applies += 1;
      const next = answers.shift();
      await (next ? next(route) : route.continue());
    });
    await page.route('**/progress', (route) =>
      answering(route, 200, { ...state, progress: { ...state.progress, done: 60 } }),
    );
    await page.getByRole('button', { name: 'Apply it' }).click();
    await page.getByText('Step 1 of 2, writing: 30 of 100. Nobody sees any of it yet.').waitFor();
    const bar = page.getByRole('progressbar', { name: 'Applying' });
    expect(Number(await bar.getAttribute('value')) / Number(await bar.getAttribute('max'))).toBeCloseTo(0.15);
    await page.getByText('Applying: 25 %').waitFor({ state: 'attached' });
    await page.getByText('Imports are for the administrators of this trust.').waitFor();
    expect(applies).toBe(3);
    await page.getByText('60 of 100 are written. Nobody sees any of it until all is.').waitFor();
    await page.getByRole('button', { name: 'Carry on' }).waitFor();
    await expectAccessible(page);

    await page.route(`**/imports/${importId}`, async (route) => {
      const answer = await route.fetch();
      const report = (await answer.json()) as object;
      await answering(route, 200, { ...report, progress: { step: 'writing', done: 2, of: 3 } });
    });
    await page.reload();
    await page.getByText('2 of 3 are written.').waitFor();
    expect((await ask(ada, 'GET', '/people?q=surname2')).items).toEqual([]);
    await page.getByRole('button', { name: 'Carry on' }).click();
    await page.getByText(/^Applied on/).waitFor();
    await page.getByText(/^Staff of .* · staff-\d+\.csv · Checked on/).waitFor();
    expect((await ask(ada, 'GET', '/people?q=surname')).items).toHaveLength(3);
  });

  it('is its person’s: who comes next on this device is told of no file, and carries on with nothing', async () => {
    const page = await stage.open('/app/imports', ada);
    const importId = await checked(page, staff(2));
    let go = (): void => undefined;
    const isSomebodyElse = new Promise<void>((resolve) => {
      go = resolve;
    });
    const askedBy: (string | undefined)[] = [];
    await page.route('**/apply', async (route) => {
      askedBy.push(route.request().headers()['authorization']);
      if (askedBy.length > 1) return route.continue();
      await isSomebodyElse;
      await answering(route, 503, {});
    });
    await page.getByRole('button', { name: 'Apply it' }).click();
    await page.getByText('Looking once more whether anything has changed').waitFor();
    // Not signed out, which would forget what was begun: the time of the token is over.
    await page.route('**/people?**', (route) => answering(route, 401, { detail: 'Your sign-in has expired.' }));
    await page.getByRole('link', { name: 'People' }).click();
    await page.getByText('Your sign-in has expired.').waitFor();
    await page.unroute('**/people?**');
    await page.getByRole('button', { name: /^Headteacher Sienna Sample/ }).click();
    await page.getByRole('link', { name: 'Sienna Sample', exact: true }).waitFor();
    await Promise.all([page.waitForResponse('**/apply'), go()]);
    await page.getByRole('link', { name: 'Import' }).click();
    await page.getByText('Drop the file here, or').waitFor();
    expect(await page.getByText('is not applied yet').count()).toBe(0);
    // By now it would have been asked again.
    await page.waitForTimeout(2_500);
    expect(askedBy).toHaveLength(1);
    expect((await ask(ada, 'GET', `/imports/${importId}`)).appliedAt).toBeNull();
  });

  it('takes a role away where the file says so, and what it let its holder see', async () => {
    const led = async () => (await ask(sam, 'GET', '/me')).roles.map(({ role }: { readonly role: string }) => role);
    expect(await led()).toContain('school-lead');
    const page = await stage.open('/app/imports', ada);
    await page.getByLabel('What is in the file?').selectOption('Roles');
    const rows = [`sam@oak.example,school-lead,${OAKFIELD},yes`, `corin@oak.example,lsc-chair,${OAKFIELD},yes`];
    await choose(page, 'ended.csv', ['Email,Role,URN,Ended', ...rows].join('\r\n'));
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByRole('cell', { name: '“school-lead” is taken away from Sam Sample.' }).waitFor();
    await page.getByRole('button', { name: 'Apply it' }).click();
    await page.getByText(/^Applied on/).waitFor();
    expect(await led()).not.toContain('school-lead');
    expect((await ask(sam, 'GET', '/people')).items.map(({ name }: { readonly name: string }) => name)).not.toContain(
      'Sienna Sample',
    );
    // Somebody from outside who has no role any more has no part in the trust.
    expect((await ask(ada, 'GET', '/people/corin')).isCurrent).toBe(false);
  });

  it('says what changed since the check, and checks the same file again', async () => {
    const page = await stage.open('/app/imports', ada);
    await checked(page, staff(2));
    const other = await ask(ada, 'POST', `/imports/staff?school=${OAKFIELD}`, Buffer.from(staff(1, 'Teacher')));
    await ask(ada, 'POST', `/imports/${other.importId}/apply`);
    await page.getByRole('button', { name: 'Apply it' }).click();
    await page.getByText(/Nothing was applied: check the file again/).waitFor();
    await page.getByRole('button', { name: 'Check the file again' }).click();
    await page.getByText(`Chosen: staff-${OAKFIELD}.csv`).waitFor();
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByText('2 rows would change something.').waitFor();
    await page.getByRole('button', { name: /^All rows/ }).waitFor();
    await page.getByRole('cell', { name: 'Changes: job.' }).waitFor();
  });
});

describe('a file', () => {
  it('that is none to import is told so before anything is lost, and one of another kind is checked as that', async () => {
    const page = await stage.open('/app/imports', ada);
    await page.getByText('What the file must look like').click();
    await page.getByText('PersonID, Forename, Surname, EmailAddress').waitFor();
    const [example] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download an example (CSV)' }).click(),
    ]);
    expect(example.suggestedFilename()).toBe('staff.csv');
    await expectAccessible(page);

    await choose(page, 'schools.csv', readFileSync(new URL('../../sample/schools.csv', import.meta.url)));
    await page.getByText('Chosen: schools.csv').waitFor();
    const sentences = {
      'staff.xlsx is not a CSV file.': fileOf('staff.xlsx', 'PK'),
      'empty.csv is empty.': fileOf('empty.csv', ''),
      'huge.csv has 50.0 MB, and 4.5 MB can be sent at most.': fileOf('huge.csv', Buffer.alloc(50_000_000, 97)),
    };
    for (const [sentence, file] of Object.entries(sentences)) {
      // The driver hands over fifty megabytes at most.
      if (file.buffer.length < MAX_BYTES) await page.locator('input[type=file]').setInputFiles(file);
      else await dropped(page, ['huge.csv'], file.buffer.length);
      await page.getByRole('alert').getByText(sentence).waitFor();
      await page.getByText('Chosen: schools.csv').waitFor();
    }
    await dropped(page, ['one.csv', 'two.csv'], 10);
    await page.getByRole('alert').getByText('You gave 2 files.').waitFor();
    await expectAccessible(page);

    await page.getByLabel('School of the file').selectOption(OAKFIELD);
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByText('This is a list of schools, not a staff export of Arbor, Bromcom or SIMS.').waitFor();
    await page.getByRole('button', { name: 'Check it as “Schools”' }).click();
    await page.getByRole('cell', { name: 'New', exact: true }).first().waitFor();

    // Of roles nobody is told to correct a post.
    await page.goto('/app/imports');
    await page.getByLabel('What is in the file?').selectOption('Roles');
    await choose(page, 'roles.csv', 'Email,Role,URN\r\nsam@oak.example,Head Teacher,910101\r\n');
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByText('who is not in the file keeps their role.').waitFor();
    // Who checks one file after another is told which this was, also where nothing is to be applied.
    await page.getByText(/^Roles · roles\.csv · Checked on/).waitFor();
    await page.getByRole('cell', { name: /^“Head Teacher” is no role. Roles are: mentor, coach/ }).waitFor();
    await page.getByRole('button', { name: 'Check another file' }).click();
    await choose(page, 'nobody.csv', 'Email,Role,URN\r\n');
    await page.getByText('Chosen: nobody.csv').waitFor();
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByText('This file has a heading and no rows.').waitFor();
  });
});

/** Files that fall where they are expected, made in the browser. */
const dropped = (page: Page, names: readonly string[], size: number): Promise<unknown> =>
  page.evaluate(`{
    const dataTransfer = new DataTransfer();
    for (const name of ${JSON.stringify(names)}) dataTransfer.items.add(new File(['a'.repeat(${size})], name));
    document.querySelector('.drop').dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
  }`);

describe('who may import', () => {
  it('is said by the API: leads send hours and nothing else, a teacher nothing', async () => {
    const leads = await stage.open('/app/imports', sienna);
    await leads.getByRole('link', { name: 'Import' }).waitFor();
    const kinds = leads.getByLabel('What is in the file?');
    await kinds.waitFor();
    expect(await kinds.locator('option').allTextContents()).toEqual(['Off-the-job hours of apprentices']);
    await choose(leads, 'hours.csv', 'Email,Month,Hours\r\nnobody@oak.example,2026-09,4');
    await leads.getByRole('button', { name: 'Check the file' }).click();
    await leads.getByRole('cell', { name: 'nobody@oak.example, 2026-09: 4 h' }).waitFor();
    await leads
      .getByText('There is no apprentice with this address whose hours you may record in that month.')
      .waitFor();
    await leads.getByText('Nothing in this file changes anything, so there is nothing to apply.').waitFor();
    await expectAccessible(leads);
    // Nobody else reads it.
    const others = await stage.open(leads.url(), ada);
    await others.getByText('Hours are seen and applied by whoever sent them.').waitFor();
    // Whose hours nobody would take from them is not offered to send any.
    await others.goto('/app/imports');
    const theirs = others.getByLabel('What is in the file?');
    await theirs.waitFor();
    expect(await theirs.locator('option').allTextContents()).toEqual([
      'Staff of one school',
      'Schools',
      'Roles',
      'Line managers',
    ]);

    const teachers = await stage.open('/app/imports', zoe);
    await teachers.getByText('Imports are done by the administrator.').waitFor();
    expect(await teachers.getByRole('link', { name: 'Import' }).count()).toBe(0);
  });
});
