import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayName, sortName } from '../../workflows/kernel/people.ts';
import { couldBeFound, folded, listKeysOf } from './keys.ts';

const rowOf = (person: { readonly forename: string; readonly surname: string; readonly email?: string | undefined }) =>
  listKeysOf({
    type: 'post-row',
    schoolId: '910101',
    employeeNumber: '7',
    personId: 'p1',
    sortName: sortName(person),
    ...(person.email !== undefined && { email: person.email }),
  }).bSk ?? '';

const anyName = fc.oneof(
  fc.constantFrom('Zoë', "O'BRIEN", 'de Souza', 'Anna, Maria', 'A#B', 'Smith-Jones', ''),
  fc.string({ unit: 'grapheme', maxLength: 120 }),
);

test('a key rules nobody out whom the search would find', () => {
  fc.assert(
    fc.property(
      fc.record({ forename: anyName, surname: anyName, email: fc.option(fc.emailAddress(), { nil: undefined }) }),
      fc.nat(),
      fc.nat({ max: 12 }),
      (person, from, length) => {
        const text = folded(`${displayName(person)} ${person.email ?? ''}`);
        const part = text.slice(from % (text.length + 1)).slice(0, length);
        expect(couldBeFound(rowOf(person), part)).toBe(true);
      },
    ),
  );
});

test('a key rules nobody out who has one name only', () => {
  const names = [
    { forename: 'Zoë', surname: '' },
    { forename: '', surname: 'Zoë' },
    { forename: '#', surname: 'Zoë' },
  ];
  for (const name of names)
    expect(couldBeFound(rowOf({ ...name, email: 'z@oak.example' }), 'zoe z@'), displayName(name)).toBe(true);
});

test('a key rules out whom neither name nor address could mean', () => {
  const zoe = rowOf({ forename: 'Zoë', surname: 'Smith', email: 'z.smith2@oak.example' });
  for (const part of ['zoe', 'oe smi', 'smith', 'smith2@oak', 'z.smith'])
    expect(couldBeFound(zoe, part), part).toBe(true);
  for (const part of ['khan', 'smith zoe', 'p1']) expect(couldBeFound(zoe, part), part).toBe(false);
});

test('a key of an earlier release, without the address, rules nobody out', () => {
  expect(couldBeFound('smith, zoe#p1#7', 'z.smith2@oak')).toBe(true);
});
