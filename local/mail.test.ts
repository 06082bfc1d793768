import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { describe, expect, test } from 'vitest';
import { instant } from '../workflows/kernel/time.ts';
import { type Mailbox, makeMailbox } from './mail.ts';
import { inProcess } from './service.ts';

const clock = () => instant('2026-11-25T07:00:00Z');
const clientOf = (mailbox: Mailbox) =>
  new SESv2Client({
    region: 'eu-west-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: inProcess(mailbox.service),
  });
const message = (to: string, text: string) =>
  new SendEmailCommand({
    FromEmailAddress: 'cpd@oak.example',
    Destination: { ToAddresses: [to] },
    Content: {
      Simple: { Subject: { Data: 'Your day' }, Body: { Text: { Data: text }, Html: { Data: `<p>${text}</p>` } } },
    },
  });

const processId = '0192f0c4-7b1a-7cc3-98c4-dc0c0c07398f';

describe('the mailbox', () => {
  test('keeps what the SES client sends, with the processes that its links lead to', async () => {
    const mailbox = makeMailbox({ clock });
    await clientOf(mailbox).send(
      message(
        'S.Khan@oak.example',
        `http://localhost/app/tasks/${processId}.2 http://localhost/app/npq-applications/${processId}`,
      ),
    );
    expect(mailbox.sent('s.khan@oak.example')).toMatchObject([
      { to: 'S.Khan@oak.example', subject: 'Your day', sentAt: clock(), processIds: [processId] },
    ]);
    expect(mailbox.sent('somebody.else@oak.example')).toEqual([]);
  });

  test('is found again at the next start, by its owner alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oak-mail-'));
    try {
      const file = join(folder, 'mailbox.jsonl');
      await clientOf(makeMailbox({ clock, file })).send(message('a@oak.example', 'hello'));
      expect(makeMailbox({ clock, file }).sent()).toHaveLength(1);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('refuses a message to nobody as SES does', async () => {
    const mailbox = makeMailbox({ clock });
    await expect(clientOf(mailbox).send(message('nobody', 'hello'))).rejects.toMatchObject({
      name: 'BadRequestException',
    });
    expect(mailbox.sent()).toEqual([]);
  });
});
