/**
 * The bucket for the daily anchors on one machine: files in a folder. Nothing is ever lost from it, as Object Lock holds
 * it on AWS: another content under the same key is a new version, and the earlier ones stay.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { Service, ServiceAnswer } from './service.ts';

export interface Objects {
  /** Answers what the S3 client asks; only `PutObject` (also with `If-None-Match: *`) and `GetObject` are known. */
  readonly service: Service;
  /** Every version of each `bucket/key`, oldest first. */
  all(): ReadonlyMap<string, readonly string[]>;
}

/** Objects in memory, and in `folder` where given. */
export function makeObjects({ folder }: { folder?: string } = {}): Objects {
  const kept = new Map<string, string[]>();

  function versions(key: string): string[] {
    let found = kept.get(key);
    if (!found) {
      found = [];
      for (let n = 0; folder !== undefined && existsSync(fileOf(folder, key, n)); n += 1) {
        found.push(readFileSync(fileOf(folder, key, n), 'utf8'));
      }
      kept.set(key, found);
    }
    return found;
  }

  return {
    all: () => kept,
    async service({ method, path, headers, body }) {
      const key = decodeURIComponent(path.slice(1));
      const before = versions(key);
      const latest = before.at(-1);
      if (method === 'GET') {
        return latest === undefined
          ? xmlError(404, 'NoSuchKey', 'The key does not exist')
          : { status: 200, body: latest };
      }
      if (method !== 'PUT') return xmlError(501, 'NotImplemented', `${method} is not implemented on one machine`);
      if (latest !== undefined && headers['if-none-match'] === '*') {
        return xmlError(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
      }
      const text = plain(body, headers);
      if (text !== latest) {
        if (folder !== undefined) {
          const file = fileOf(folder, key, before.length);
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, text);
        }
        before.push(text);
      }
      return { status: 200, headers: { etag: '"local"' } };
    },
  };
}

/** The body without the framing of `aws-chunked`: `<hex size>[;…]\r\n<bytes>\r\n … 0\r\n<trailers>`. */
function plain(body: Buffer, headers: Readonly<Record<string, string>>): string {
  if (!headers['content-encoding']?.includes('aws-chunked')) return body.toString();
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, lineEnd).toString(), 16);
    if (!(size > 0)) return Buffer.concat(chunks).toString();
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

function fileOf(folder: string, key: string, version: number): string {
  const file = resolve(join(folder, version === 0 ? key : `${key}~${version}`));
  if (!file.startsWith(resolve(folder) + sep)) throw new Error('An object key must stay in its folder');
  return file;
}

const xmlError = (status: number, code: string, message: string): ServiceAnswer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
});
