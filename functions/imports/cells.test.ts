import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Temporal } from '../../workflows/kernel/time.ts';
import { addressOf, fteOf, isAddress, isMangled, jobOf, readDay, surnameOf, tidy } from './cells.ts';

describe('days', () => {
  test.each([
    ['12/01/1991', '1991-01-12'],
    ['1/9/2026', '2026-09-01'],
    ['29-02-2028', '2028-02-29'],
    ['1990-12-30', '1990-12-30'],
    ['1990-12-30T00:00:00', '1990-12-30'],
    ['30/12/1990 00:00', '1990-12-30'],
    ['12 Jan 1991', '1991-01-12'],
    ['42032', '2015-01-28'],
    ['46266', '2026-09-01'],
    ['42032.5', '2015-01-28'],
  ])('%s is %s', (written, meant) => {
    expect(readDay(written)).toBe(meant);
  });

  test.each([
    '1990-02-30',
    '29/02/2027',
    '12/31/2020',
    '01/09/26',
    '31/13/2020',
    'soon',
    '7',
    '99999',
    '01/09-2026',
    '2026',
    '01/09/1066',
    '12 Foo 1991',
  ])('%s is no possible date', (written) => {
    expect(readDay(written)).toBeUndefined();
  });

  test('each day is read back from all three ways of writing it', () => {
    const from = Temporal.PlainDate.from('1927-05-18');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 63_415 }), (n) => {
        const on = from.add({ days: n });
        const two = (value: number) => String(value).padStart(2, '0');
        expect(readDay(on.toString())).toBe(on.toString());
        expect(readDay(`${two(on.day)}/${two(on.month)}/${on.year}`)).toBe(on.toString());
        expect(readDay(String(10_000 + n))).toBe(on.toString());
      }),
    );
  });
});

test('a surname in capitals is kept in title case, any other as it was exported', () => {
  expect(['HALL', 'MÜLLER', "O'BRIEN", 'O’CONNOR', 'SMITH-JONES', 'DE LA CRUZ', ' GREEN '].map(surnameOf)).toEqual([
    'Hall',
    'Müller',
    "O'Brien",
    'O’Connor',
    'Smith-Jones',
    'De La Cruz',
    'Green',
  ]);
  expect(['van der Berg', 'MacDONALD', 'D’Souza', 'X', 'Ng', '李'].map(surnameOf)).toEqual([
    'van der Berg',
    'MacDONALD',
    'D’Souza',
    'X',
    'Ng',
    '李',
  ]);
});

test('line breaks inside a name become a space, as they would break the subject of a message', () => {
  expect(tidy(' Zoë\r\nBcc: x@y.example ')).toBe('Zoë Bcc: x@y.example');
});

test('addresses are compared trimmed and in lower case, and malformed ones are none', () => {
  expect(addressOf(' R.ROBINSON@OAK.EXAMPLE ')).toBe('r.robinson@oak.example');
  expect(["o'brien@oak.example", 'a+b@x.co', 'o.smith-jones@oak.example'].every(isAddress)).toBe(true);
  expect(
    ['not-an-email', '', 'a@b', 'a b@c.de', 'a@b.de,c@d.de', 'a@@b.de', 'a@b..de', `${'a'.repeat(250)}@b.de`].filter(
      isAddress,
    ),
  ).toEqual([]);
});

test('how many hours somebody works is no part of their job', () => {
  expect(
    [
      'Class Teacher, Part Time',
      'Cook, part-time',
      'SENDCo (Full Time)',
      'Caretaker',
      'Part Time',
      'Teacher, Year 4',
    ].map(jobOf),
  ).toEqual(['Class Teacher', 'Cook', 'SENDCo', 'Caretaker', 'Part Time', 'Teacher, Year 4']);
});

test('a share of a full post is between 0 and 1', () => {
  expect(['1.0', '0.50', '0,8', '60%', '0'].map(fteOf)).toEqual([1, 0.5, 0.8, 0.6, 0]);
  expect(['1.5', '-1', 'Permanent', '', '37.5', '0x1'].map(fteOf)).toEqual(Array(6).fill(undefined));
});

test('letters lost in a conversion are seen', () => {
  expect(['Ren\uFFFDe', 'RenÃ©e', 'Oâ€™Connor'].every(isMangled)).toBe(true);
  expect(['Renée', 'Ângela', 'Ã', 'Siân'].some(isMangled)).toBe(false);
});
