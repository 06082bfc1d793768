/**
 * SES on one machine: what is sent is kept and can be read, and goes nowhere. The mailbox holds names, so that its file
 * is the owner's alone.
 */
import { appendFileSync, chmodSync, existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Clock, Instant } from '../workflows/kernel/time.ts';
import { jsonAnswer, jsonError, type Service } from './service.ts';

export interface SentMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly sentAt: Instant;
  /** The processes that its links lead to, in order. */
  readonly processIds: readonly string[];
  readonly messageId: string;
}

export interface Mailbox {
  /** Answers what the SES v2 client asks; only `SendEmail` of a simple message is known. */
  readonly service: Service;
  /** What was sent, oldest first; to one address where given, without regard to case. */
  sent(to?: string): readonly SentMail[];
}

const Text = z.object({ Data: z.string().min(1) });
const SendEmail = z.object({
  FromEmailAddress: z.string().min(3),
  Destination: z.object({
    ToAddresses: z
      .array(z.string().regex(/^[^\s@]+@[^\s@]+$/))
      .min(1)
      .max(50),
  }),
  Content: z.object({
    Simple: z.object({ Subject: Text, Body: z.object({ Text: Text.optional(), Html: Text.optional() }) }),
  }),
});

/** A mailbox; `file` keeps it between starts, one message a line. */
export function makeMailbox({ clock, file }: { clock: Clock; file?: string }): Mailbox {
  const kept: SentMail[] = file !== undefined && existsSync(file) ? readLines(file) : [];

  return {
    sent: (to) => (to === undefined ? [...kept] : kept.filter((mail) => mail.to.toLowerCase() === to.toLowerCase())),
    async service({ method, path, body }) {
      if (method !== 'POST' || path !== '/v2/email/outbound-emails') {
        return jsonError(404, 'NotFoundException', `${method} ${path} is not implemented on one machine`);
      }
      const parsed = SendEmail.safeParse(JSON.parse(body.toString()));
      if (!parsed.success) return jsonError(400, 'BadRequestException', z.prettifyError(parsed.error));
      const { Destination, Content } = parsed.data;
      const messageId = `local-${kept.length + 1}`;
      for (const to of Destination.ToAddresses) {
        const text = Content.Simple.Body.Text?.Data ?? '';
        const html = Content.Simple.Body.Html?.Data ?? '';
        const mail: SentMail = {
          to,
          subject: Content.Simple.Subject.Data,
          text,
          html,
          sentAt: clock(),
          processIds: processIdsIn(`${text}\n${html}`),
          messageId,
        };
        kept.push(mail);
        if (file !== undefined) {
          appendFileSync(file, `${JSON.stringify(mail)}\n`, { mode: 0o600 });
          chmodSync(file, 0o600);
        }
      }
      return jsonAnswer({ MessageId: messageId });
    },
  };
}

/** Links are `…/app/tasks/<processId>.<step>` and `…/app/<kinds>/<processId>`. */
function processIdsIn(text: string): readonly string[] {
  const links = text.matchAll(/\/app\/[a-z-]+\/([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})/g);
  return [...new Set([...links].map(([, id]) => id ?? ''))];
}

/** A line that a kill cut off is left out. */
function readLines(file: string): SentMail[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as SentMail);
}
