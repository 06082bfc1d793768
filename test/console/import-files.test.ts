/** What the page of imports says of files, and what the API makes of such files. */
import { describe, expect, it } from 'vitest';
import { fileKinds, MOST_BYTES } from '../../console/pages/imports-files.ts';
import { importKinds, recognise } from '../../functions/imports/columns.ts';
import { MAX_BYTES, readSeparatedFile } from '../../functions/imports/read-file.ts';
import { isRejection } from '../../workflows/kernel/rejections.ts';

describe('what the page says of a file', () => {
  it.each([...importKinds])('has an example of %s that the API recognises, with all its columns', (kind) => {
    const known = fileKinds[kind] ?? expect.fail('It says nothing');
    const file = readSeparatedFile(Buffer.from(known.example.map((cells) => cells.join(',')).join('\r\n')));
    if (isRejection(file)) throw new Error(file.detail);
    expect(recognise(kind, file.header)).not.toHaveProperty('rejected');
    for (const { required, optional } of known.layouts) {
      const header = { line: 1, cells: [...required, ...optional] };
      const found = recognise(kind, header);
      if (isRejection(found)) throw new Error(found.detail);
      expect([...found.columns.values()].toSorted((a, b) => a - b)).toEqual(header.cells.map((_, at) => at));
      // Each that is called needed is.
      for (const column of required) {
        const rest = header.cells.filter((cell) => cell !== column);
        expect(isRejection(recognise(kind, { line: 1, cells: rest })), column).toBe(true);
      }
    }
  });

  it('knows how large a file may be', () => {
    expect(MOST_BYTES).toBe(MAX_BYTES);
  });
});
