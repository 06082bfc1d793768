/**
 * Signs people in on one machine: a key pair of its own, kept in the data folder, and a token for anybody who is asked
 * for. It exists only here; on AWS the trust's own directory or Cognito issues the tokens.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';

/** Who the token is for. */
export interface TokenSubject {
  readonly personId: string;
  readonly email?: string | undefined;
}

export interface Issuer {
  /** A signed token, good for 30 days of the machine's own time, however far the clock is moved. */
  tokenFor(subject: TokenSubject): Promise<string>;
  /** The claims of a good token, or nothing. */
  verify(token: string): Promise<JWTPayload | undefined>;
}

const ALGORITHM = 'ES256';
const ISSUER = 'https://issuer.oak-cpd.invalid';
const AUDIENCE = 'oak-cpd';

/** An issuer; `file` keeps its key between starts (mode 0600), so that tokens stay good. */
export async function makeIssuer({ file }: { file?: string } = {}): Promise<Issuer> {
  const jwk = await keyFrom(file);
  const { d: _, ...publicJwk } = jwk;
  const privateKey = await importJWK(jwk, ALGORITHM);
  const publicKey = await importJWK(publicJwk, ALGORITHM);
  return {
    tokenFor({ personId, email }) {
      // The claim that names a person is matched to e-mail addresses and to person ids: nobody without an address is left out.
      const named = email ?? personId;
      return new SignJWT({
        email: named,
        email_verified: true,
        preferred_username: named,
        oid: personId,
        token_use: 'id',
      })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setSubject(personId)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime('30 days')
        .sign(privateKey);
    },
    async verify(token) {
      try {
        const options = { issuer: ISSUER, audience: AUDIENCE, algorithms: [ALGORITHM], requiredClaims: ['exp', 'sub'] };
        return (await jwtVerify(token, publicKey, options)).payload;
      } catch {
        return undefined;
      }
    },
  };
}

async function keyFrom(file: string | undefined): Promise<JWK> {
  if (file !== undefined) {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as JWK;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    }
  }
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  if (file !== undefined) writeFileSync(file, JSON.stringify(jwk), { mode: 0o600 });
  return jwk;
}
