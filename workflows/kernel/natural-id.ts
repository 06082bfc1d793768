/** Ids that follow from what there can be only one of: whoever starts it a second time finds it started. */
import { createHash } from 'node:crypto';

/** A UUIDv8 (RFC 9562) from the SHA-256 of a natural key: the same key, the same id, for ever. */
export function naturalId(key: string): string {
  const bytes = createHash('sha256').update(key).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Whether that id follows from a natural key; the others are UUIDv7. */
export const isNaturalId = (id: string): boolean => id[14] === '8';
