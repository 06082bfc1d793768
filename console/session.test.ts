import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAnswerOfProvider, placeAfter, signInAddress } from './session.ts';

describe('where somebody goes after signing in', () => {
  it('is the page that they wanted', () => {
    for (const place of [
      '/tasks/0199f000.1.review',
      '/inbox?kind=npq-application&overdue=true',
      '/people/zoe',
      "/people?search=O'Brien+(Zo%C3%AB),*&school=910101",
    ])
      expect(placeAfter(place)).toBe(place);
  });

  it('is the inbox where there was none, or it was the sign-in', () => {
    for (const place of [null, '', '/sign-in', '/sign-in?to=/sign-in']) expect(placeAfter(place)).toBe('/inbox');
  });

  it('is a page of this console, whatever the address says', () => {
    const nasty = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc
        .tuple(fc.constantFrom('//', '/\\', 'javascript:', 'https:', '/%2F', '\t//'), fc.webAuthority())
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(nasty, (to) => {
        const place = placeAfter(to);
        expect(place.startsWith('/')).toBe(true);
        expect(new URL(`/app${place}`, 'https://cpd.oak-trust.example').host).toBe('cpd.oak-trust.example');
        expect(new URL(place, 'https://cpd.oak-trust.example').host).toBe('cpd.oak-trust.example');
      }),
    );
  });
});

describe('the way to the sign-in and back', () => {
  it('takes along where somebody wanted to go, unless they would go there anyway', () => {
    expect(signInAddress('/tasks/a.1?from=mail')).toBe('/sign-in?to=%2Ftasks%2Fa.1%3Ffrom%3Dmail');
    for (const usual of ['/', '/inbox']) expect(signInAddress(usual)).toBe('/sign-in');
  });

  it('is known by what the provider says, on the first page alone', () => {
    for (const answer of ['?code=a&state=b', '?error=access_denied&state=b', '?error=server_error'])
      expect(isAnswerOfProvider('/', answer)).toBe(true);
    expect(isAnswerOfProvider('/', '')).toBe(false);
    expect(isAnswerOfProvider('/people', '?state=late&error=none')).toBe(false);
  });
});
