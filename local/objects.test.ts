import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test } from 'vitest';
import { makeObjects, type Objects } from './objects.ts';
import { inProcess } from './service.ts';

const folder = mkdtempSync(join(tmpdir(), 'oak-objects-'));
afterAll(() => rmSync(folder, { recursive: true }));

const objects = makeObjects({ folder });
const clientOf = (of: Objects) =>
  new S3Client({
    region: 'eu-west-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    forcePathStyle: true,
    requestHandler: inProcess(of.service),
  });
const s3 = clientOf(objects);
const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: 'anchors', Key, Body }));

describe('the bucket of anchors', () => {
  test('keeps the bytes that the client put, in its folder', async () => {
    await put('2026/11/25.json', '{"heads":3}');
    expect(readFileSync(join(folder, 'anchors/2026/11/25.json'), 'utf8')).toBe('{"heads":3}');
  });

  test('keeps every version, also over a restart', async () => {
    await put('2026/11/26.json', '{"heads":4}');
    await put('2026/11/26.json', '{"heads":4}');
    const again = makeObjects({ folder });
    await clientOf(again).send(
      new PutObjectCommand({ Bucket: 'anchors', Key: '2026/11/26.json', Body: '{"heads":5}' }),
    );
    expect(again.all().get('anchors/2026/11/26.json')).toEqual(['{"heads":4}', '{"heads":5}']);
  });

  test('puts nothing where something is, if so asked', async () => {
    await put('2026/11/27.json', 'first');
    const second = new PutObjectCommand({
      Bucket: 'anchors',
      Key: '2026/11/27.json',
      Body: 'second',
      IfNoneMatch: '*',
    });
    await expect(s3.send(second)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(objects.all().get('anchors/2026/11/27.json')).toEqual(['first']);
  });

  test('never leaves its folder', async () => {
    await expect(put('../../outside', 'x')).rejects.toThrow();
    expect(existsSync(join(folder, '../outside'))).toBe(false);
  });
});
