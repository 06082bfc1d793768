/**
 * `POST /imports/{kind}` checks a file, `POST /imports/{importId}/apply` applies it. The body is the untouched bytes of
 * the export. An apply that needs more than the time of one request answers 202, and goes on when it is asked again;
 * `GET /imports/{importId}/progress` tells how far it is, `GET /imports/{importId}` what a check found.
 */
import { createHash } from 'node:crypto';
import middy from '@middy/core';
import type { Person, Receipt } from '../../workflows/kernel/records.ts';
import { isRejection, type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import { mayImport } from '../../workflows/kernel/rights.ts';
import { type Clock, dayOf } from '../../workflows/kernel/time.ts';
import { answered, failed, refused } from '../api/answer.ts';
import { hash, isRemembered, keyReused, receiptName, receiptPart } from '../api/receipts.ts';
import { type HttpAnswer, HttpEvent, idempotencyKey, query } from '../api/request.ts';
import { compressed } from '../compressed.ts';
import type { Store } from '../table/store.ts';
import { TableBusy } from '../table/transaction.ts';
import { type ImportKind, importKinds } from './columns.ts';
import { type Importer, isUnfinished } from './importer.ts';
import { MAX_BYTES } from './read-file.ts';

export interface ImportsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly importer: Importer;
  /** Who calls, by the claims of the token; a rejection where that cannot be said. */
  readonly caller: (claims: Readonly<Record<string, unknown>> | undefined) => Promise<Person | Rejection>;
}

/**
 * So much is left of the 29 s of a request when the last transaction of it begins: that one with its repetitions takes 3 s
 * at most, saying how far it is is one read.
 */
const TO_END_WITH_MS = 6_000;

const isKind = (text: string): text is ImportKind => (importKinds as readonly string[]).includes(text);

const json = (status: number, body: unknown): HttpAnswer => answered({ status, body });

/**
 * The bytes as they were sent. A body that did not travel as base64 was taken for text on the way: what was no UTF-8 in it
 * is lost by then, and the file is refused rather than read with holes.
 */
function bytesOf(event: HttpEvent): Uint8Array | Rejection {
  const body = event.body ?? '';
  const isBase64Encoded = event.isBase64Encoded === true;
  const length = isBase64Encoded ? Math.floor((body.length * 3) / 4) : Buffer.byteLength(body);
  // Two more than allowed are let through to the reader, which counts exactly: base64 pads to a multiple of three.
  if (length > MAX_BYTES + 2)
    return reject('body-too-large', 'A file may have 4.5 MB at most. Send one school at a time.');
  if (isBase64Encoded) return Buffer.from(body, 'base64');
  if (body.includes('\uFFFD')) {
    return reject(
      'unreadable-file',
      'Some letters of this file were lost on the way here. Send it with the header Content-Type: application/octet-stream.',
    );
  }
  return Buffer.from(body);
}

const isImportId = (text: string | undefined): text is string =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text ?? '');

export function makeImports({ store, clock, importer, caller }: ImportsDependencies) {
  async function answer(event: HttpEvent, hasTime: () => boolean): Promise<HttpAnswer> {
    const person = await caller(event.requestContext.authorizer?.jwt?.claims);
    if (isRejection(person)) return refused(person);
    const [, first, second = '', ...rest] = event.rawPath.split('/');
    const of = isImportId(second) ? rest.join('/') : undefined;
    const kind = isKind(second) && rest.length === 0 ? second : undefined;
    const isOwn = of !== undefined && (await isOwnHours(second, person));
    // Hours are recorded by whoever may record them by hand: each line is decided by the rules of its process.
    if (kind !== 'off-the-job' && !isOwn && !mayImport(person, dayOf(clock()))) {
      return refused(reject('not-allowed', 'Imports are for the administrators of this trust.'));
    }
    const isApply = of === 'apply';
    const isRead = of === '' || of === 'progress';
    if (first !== 'imports' || (kind === undefined && !isApply && !isRead)) {
      return refused(
        reject('not-found', `There are imports of ${importKinds.join(', ')}, and /imports/{importId}/apply.`),
      );
    }
    if (event.requestContext.http.method !== (isRead ? 'GET' : 'POST')) {
      return refused(
        reject('method-not-allowed', 'A file is sent, and an import applied, with POST; one is read with GET.'),
      );
    }
    if (kind !== undefined) return check(event, kind, person, hasTime);
    if (!isOwn && (await importer.sentBy(second))?.kind === 'off-the-job')
      return refused(reject('not-allowed', 'Hours are seen and applied by whoever sent them.'));
    if (isRead) return read(event, second, of);
    const applied = await importer.apply(second, hasTime);
    if (isRejection(applied)) return refused(applied);
    return isUnfinished(applied) ? json(202, applied.unfinished) : json(200, applied);
  }

  async function read(event: HttpEvent, importId: string, of: '' | 'progress'): Promise<HttpAnswer> {
    const cursor = query(event)['cursor'] ?? '0';
    if (!/^\d{1,6}$/.test(cursor))
      return refused(
        reject('invalid-fields', 'This page cannot be found again. Start the list from its beginning.', [
          { path: 'cursor', message: 'Use the cursor exactly as the last page gave it.' },
        ]),
      );
    const found = of === '' ? await importer.read(importId, Number(cursor)) : await importer.state(importId);
    return found
      ? json(200, found)
      : refused(reject('not-found', 'There is no such import. Checks are kept for 14 days.'));
  }

  async function isOwnHours(importId: string, person: Person): Promise<boolean> {
    const sent = await importer.sentBy(importId);
    return sent?.kind === 'off-the-job' && sent.by === person.personId;
  }

  async function check(
    event: HttpEvent,
    kind: ImportKind,
    person: Person,
    hasTime: () => boolean,
  ): Promise<HttpAnswer> {
    const bytes = bytesOf(event);
    if (isRejection(bytes)) return refused(bytes);
    const key = idempotencyKey(event);
    if (isRejection(key)) return refused(key);
    const bodyHash = hash(event.rawQueryString ?? '', createHash('sha256').update(bytes).digest('hex'));
    const receipt = key === undefined ? undefined : receiptName(person.personId, 'POST', event.rawPath, key);

    // Twice at most: where the same key is used at the same moment, the second finds the receipt of the first.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const earlier = receipt === undefined ? undefined : await store.receipt(receipt);
      if (isRemembered(earlier, clock())) return firstAnswer(earlier, bodyHash);
      const request = {
        kind,
        schoolId: query(event)['school'],
        bytes,
        by: person.personId,
        // Where the answer is to be read again, not the answer: it may be larger than an item.
        also: (location: string) =>
          receipt === undefined
            ? []
            : [receiptPart({ receipt, bodyHash, status: 201, body: null, location }, clock(), earlier)],
      };
      const checked = await importer.check(request, hasTime);
      if (checked) return isRejection(checked) ? refused(checked) : json(201, checked);
    }
    return refused(reject('in-progress', 'The same request is still being worked on. Try again in a moment.'));
  }

  /** What the first request with this key was answered, also where the file was applied since. */
  async function firstAnswer(receipt: Receipt, bodyHash: string): Promise<HttpAnswer> {
    if (receipt.bodyHash !== bodyHash) {
      return refused(keyReused());
    }
    const first = await importer.read(receipt.location ?? '');
    if (first) return json(receipt.status, { ...first, appliedAt: null, progress: null });
    const detail = 'What was answered to this Idempotency-Key is kept no longer. Send the file with a new one.';
    return refused(reject('import-too-old', detail));
  }

  return middy<unknown, HttpAnswer>()
    .use(compressed())
    .handler(async (received, context) => {
      const event = HttpEvent.parse(received);
      try {
        return await answer(event, () => context.getRemainingTimeInMillis() > TO_END_WITH_MS);
      } catch (error) {
        if (error instanceof TableBusy)
          return refused(
            reject('too-many-requests', 'Too much is being written just now. Nothing is half-imported: try again.'),
          );
        return failed(error, 'imports', event, clock());
      }
    });
}
