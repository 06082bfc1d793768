/** How people sign in here; `/app/config.json` holds it, written by whoever serves the console. */
export type SignInConfig =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'oidc';
      readonly issuer: string;
      readonly clientId: string;
      readonly scope: string;
      /** Which of the two tokens names the person. */
      readonly token: 'id' | 'access';
      /** What Google asks of a page, too. It is no secret: whoever opens the console can read it. */
      readonly clientSecret?: string;
    };
