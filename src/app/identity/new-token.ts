import { createHash, randomBytes } from 'node:crypto';
import { stringify } from 'yaml';
import { CoreError } from '../../core/errors.ts';
import { TokenEntry } from './token-file.ts';

const BYTES = 32;

/** For whom a token is made; `expiresAt` as RFC 3339. */
export interface TokenWish {
  readonly name: string;
  readonly role: string;
  readonly namespaces?: readonly string[];
  readonly expiresAt?: string;
}

/** A fresh token, and the entry that lets it in. The token stands nowhere else. */
export interface NewToken {
  readonly token: string;
  /** YAML, to be added to the list of a token file. */
  readonly entry: string;
}

/** Makes a token of 256 random bits. Throws `bad-usage` for a wish that no token file would take. */
export function newToken({ name, role, namespaces, expiresAt }: TokenWish): NewToken {
  const token = `kubemend_${randomBytes(BYTES).toString('base64url')}`;
  const tokenSha256 = createHash('sha256').update(token).digest('hex');
  const entry = { name, tokenSha256, role, ...(namespaces && { namespaces }), ...(expiresAt !== undefined && { expiresAt }) };
  const checked = TokenEntry.safeParse(entry);
  if (!checked.success)
    throw new CoreError('bad-usage', checked.error.issues.map(({ path, message }) => `--${String(path[0] ?? '')}: ${message}`).join('; '));
  return { token, entry: stringify([entry], { lineWidth: 0 }) };
}
