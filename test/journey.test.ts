import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atLondon, day } from '../workflows/kernel/time.ts';
import { type Ground, makeGround } from './embedded.ts';
import { answer, ask } from './people-over-http.ts';
import { rowan, sam, sienna, zoe } from './world.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await makeGround();
});
afterAll(() => ground?.stop());

describe('an NPQ application', () => {
  it('goes from the first click to enrolment, with the mail each person got', async () => {
    const cloud = await ground.cloud({ startsAt: atLondon(day('2026-11-16'), '09:00') });
    const morning = (on: string) => cloud.advance(atLondon(day(on), '08:00'));
    const started = await ask(cloud, zoe, 'POST', '/npq-applications', {
      courseId: 'npq-senior-leadership',
      cohortId: '2026b',
      motivation: 'I lead our phonics and want to lead more.',
      fundingRoute: 'dfe-scholarship',
    });
    expect(started).toMatchObject({ status: 'active', kind: 'npq-application', subject: { personId: 'zoe' } });
    const stage = async () => (await ask(cloud, zoe, 'GET', `/npq-applications/${started.id}`)).stage;
    expect(await stage()).toBe('endorsement');
    await morning('2026-11-17');

    await answer(cloud, sienna, 'endorse', 'endorsed', { isReleaseAgreed: true, isCoverAgreed: true });
    expect(await stage()).toBe('approval');
    await morning('2026-11-18');
    await answer(cloud, rowan, 'approve', 'approved', { fundingSource: 'dfe-scholarship' });
    expect(await stage()).toBe('registration');
    await morning('2026-11-19');
    await answer(cloud, zoe, 'register-with-dfe', 'registered', { registeredOn: '2026-11-19', reference: 'ABC123' });
    expect(await stage()).toBe('provider-decision');
    await morning('2026-11-20');
    await answer(cloud, rowan, 'record-provider-decision', 'accepted', { fundedPlace: true, trn: '1234567' });
    expect(await stage()).toBe('awaiting-start');

    await morning('2026-12-15');
    const ended = await ask(cloud, zoe, 'GET', `/npq-applications/${started.id}`);
    expect(ended).toMatchObject({ status: 'completed', outcome: 'enrolled' });
    const me = await ask(cloud, zoe, 'GET', '/people/zoe');
    expect(me.qualifications).toEqual([
      {
        courseId: 'npq-senior-leadership',
        cohortId: '2026b',
        providerId: 'teach-first',
        outcome: 'enrolled',
        isFunded: true,
        label: 'NPQ Senior Leadership',
        isByHand: false,
      },
    ]);
    // Of each message what it says of this application: the calendar may have opened other things for the same people.
    const mails = cloud.mailbox
      .sent()
      .flatMap(({ to, text, sentAt }) =>
        [...text.matchAll(/^- (.*)\n {2}(.*)$/gm)]
          .filter(([, , link]) => link?.includes(started.id))
          .map(([, line]) => `${sentAt.slice(0, 10)} ${to}: ${line}`),
      );
    expect(mails).toMatchInlineSnapshot(`
      [
        "2026-11-17 sam@oak.example: Somebody you manage has applied for an NPQ. There is nothing for you to do. (Zoe)",
        "2026-11-17 sienna@oak.example: Endorse an NPQ application, for Zoe – due Mon 23 Nov",
        "2026-11-18 rowan@oak.example: Approve an NPQ application, for Zoe – due Tue 24 Nov",
        "2026-11-18 zoe@oak.example: Your application is supported. The trust decides next.",
        "2026-11-19 zoe@oak.example: Register with the DfE – due Wed 2 Dec",
        "2026-11-19 zoe@oak.example: Your application is approved.",
        "2026-11-20 rowan@oak.example: Record the provider’s decision, for Zoe – due Fri 11 Dec",
        "2026-11-23 sam@oak.example: A provider has accepted somebody in your school. Please keep release time and cover. (Zoe)",
        "2026-11-23 sienna@oak.example: A provider has accepted somebody in your school. Please keep release time and cover. (Zoe)",
        "2026-11-23 zoe@oak.example: The provider has accepted you.",
        "2026-12-14 zoe@oak.example: Your course has started.",
      ]
    `);
    expect(cloud.failures.all()).toEqual([]);
    await cloud.stop();
  });

  it('shows the headteacher of another school nothing', async () => {
    const cloud = await ground.cloud();
    const started = await ask(cloud, sam, 'POST', '/npq-applications', {
      courseId: 'npq-headship',
      cohortId: '2026b',
      motivation: 'Next step.',
      fundingRoute: 'dfe-scholarship',
    });
    const { status } = await cloud.request({
      method: 'GET',
      path: `/npq-applications/${started.id}`,
      as: { personId: 'robin', email: 'robin@oak.example' },
    });
    expect(status).toBe(404);
    await cloud.stop();
  });
});
