/**
 * `POST /imports/{kind}` checks a file, `POST /imports/{importId}/apply` applies it. The body is the untouched bytes of
 * the export.
 */
import { createHash } from 'node:crypto';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Part, put } from '../../workflows/kernel/change.ts';
import type { Person, Receipt } from '../../workflows/kernel/records.ts';
import { isRejection, type Rejection, reject, rejections } from '../../workflows/kernel/rejections.ts';
import { mayImport } from '../../workflows/kernel/rights.ts';
import { type Clock, dayOf } from '../../workflows/kernel/time.ts';
import type { Store } from '../table/store.ts';
import { TableBusy } from '../table/transaction.ts';
import { type ImportKind, importKinds } from './columns.ts';
import type { Importer } from './importer.ts';
import { secondsAfter } from './kept-import.ts';
import { MAX_BYTES } from './read-file.ts';

export interface ImportsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly importer: Importer;
  /** Who calls, by the claims of the token; a rejection where that cannot be said. */
  readonly caller: (event: APIGatewayProxyEventV2) => Promise<Person | Rejection>;
}

type Answer = APIGatewayProxyStructuredResultV2;

/** How long the answer to an `Idempotency-Key` is remembered. */
const RECEIPT_DAYS = 30;

const IDEMPOTENCY_KEY_LENGTH = 255;

const isKind = (text: string): text is ImportKind => (importKinds as readonly string[]).includes(text);

const json = (statusCode: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
});

function problem({ rejected, detail, errors }: Rejection): Answer {
  const { status, title } = rejections[rejected];
  const body = {
    type: `urn:oak:problem:${rejected}`,
    title,
    status,
    detail,
    code: rejected,
    ...(errors && { errors }),
  };
  return json(status, body, {
    'content-type': 'application/problem+json',
    ...(status === 429 && { 'retry-after': '5' }),
  });
}

/** What the caller sees of a fault of ours: that there was one. The log has the rest, without the body of the request. */
function internalProblem(error: unknown): Answer {
  if (error instanceof TableBusy) {
    return problem(
      reject('too-many-requests', 'Too much is being written just now. Nothing was lost: try again in a moment.'),
    );
  }
  console.error(
    JSON.stringify({ message: 'An import failed', error: error instanceof Error ? error.stack : String(error) }),
  );
  return json(
    500,
    {
      type: 'urn:oak:problem:internal',
      title: 'Something went wrong here',
      status: 500,
      detail: 'This was not your doing. Nothing is half-imported: send the same request again.',
      code: 'internal',
    },
    { 'content-type': 'application/problem+json' },
  );
}

/**
 * The bytes as they were sent. A body that did not travel as base64 was taken for text on the way: what was no UTF-8 in it
 * is lost by then, and the file is refused rather than read with holes.
 */
function bytesOf(event: APIGatewayProxyEventV2): Uint8Array | Rejection {
  const { body = '', isBase64Encoded } = event;
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

const sha256 = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\n');
  return hash.digest('hex');
};

const idIn = (text: string | undefined): text is string =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text ?? '');

export function makeImports({ store, clock, importer, caller }: ImportsDependencies) {
  async function answer(event: APIGatewayProxyEventV2): Promise<Answer> {
    const person = await caller(event);
    if (isRejection(person)) return problem(person);
    if (!mayImport(person, dayOf(clock()))) {
      return problem(reject('not-allowed', 'Imports are for the administrators of this trust.'));
    }
    const [, first, second = '', ...rest] = event.rawPath.split('/');
    const isApply = idIn(second) && rest.join('/') === 'apply';
    const kind = isKind(second) && rest.length === 0 ? second : undefined;
    if (first !== 'imports' || (kind === undefined && !isApply)) {
      return problem(
        reject('not-found', `There are imports of ${importKinds.join(', ')}, and /imports/{importId}/apply.`),
      );
    }
    if (event.requestContext.http.method !== 'POST') {
      return problem(reject('method-not-allowed', 'A file is sent, and an import applied, with POST.'));
    }
    if (kind !== undefined) return check(event, kind, person);
    const applied = await importer.apply(second);
    return isRejection(applied) ? problem(applied) : json(200, applied);
  }

  async function check(event: APIGatewayProxyEventV2, kind: ImportKind, person: Person): Promise<Answer> {
    const bytes = bytesOf(event);
    if (isRejection(bytes)) return problem(bytes);
    const key = event.headers['idempotency-key'];
    if (key !== undefined && (key === '' || key.length > IDEMPOTENCY_KEY_LENGTH)) {
      const message = `An Idempotency-Key has 1 to ${IDEMPOTENCY_KEY_LENGTH} characters.`;
      return problem(reject('invalid-fields', message, [{ path: 'idempotency-key', message }]));
    }
    const bodyHash = sha256(event.rawQueryString, bytes);
    const receipt = key === undefined ? undefined : sha256(person.personId, 'POST', event.rawPath, key);

    // Twice at most: where the same key is used at the same moment, the second finds the receipt of the first.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const earlier = receipt === undefined ? undefined : await firstAnswer(receipt, bodyHash);
      if (earlier) return earlier;
      const checked = await importer.check({
        kind,
        schoolId: event.queryStringParameters?.['school'],
        bytes,
        by: person.personId,
        also: (importId) => (receipt === undefined ? [] : [receiptPart(receipt, bodyHash, importId)]),
      });
      if (checked) return isRejection(checked) ? problem(checked) : json(201, checked);
    }
    return problem(reject('in-progress', 'The same request is still being worked on. Try again in a moment.'));
  }

  function receiptPart(receipt: string, bodyHash: string, importId: string): Part {
    const at = clock();
    const expiresAt = secondsAfter(at, RECEIPT_DAYS);
    return put<Receipt>('receipt', {
      type: 'receipt',
      receipt,
      bodyHash,
      at,
      expiresAt,
      status: 201,
      location: importId,
    });
  }

  async function firstAnswer(hash: string, bodyHash: string): Promise<Answer | undefined> {
    const receipt = await store.receipt(hash);
    if (!receipt) return undefined;
    if (receipt.bodyHash !== bodyHash) {
      return problem(
        reject('idempotency-key-reused', 'This Idempotency-Key was used for another file. Use a new one.'),
      );
    }
    const first = await importer.read(receipt.location);
    return first
      ? json(receipt.status, first)
      : problem(
          reject(
            'import-too-old',
            'What was answered to this Idempotency-Key is kept no longer. Send the file with a new one.',
          ),
        );
  }

  return middy<APIGatewayProxyEventV2, Answer>()
    .onError((request) => {
      request.response = internalProblem(request.error);
    })
    .handler(answer);
}
