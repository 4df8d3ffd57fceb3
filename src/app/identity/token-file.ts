import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { CoreError } from '../../core/errors.ts';
import { roles } from './identity.ts';

/** More than this was not written by hand. */
const MAX_BYTES = 1024 * 1024;
/** The write permission of everybody. */
const OTHERS_MAY_WRITE = 0o002;
const MEND = 'mend it, or make an entry with `kubemend token new`';

const Name = z
  .string()
  .regex(/^[a-zA-Z0-9](?:[-a-zA-Z0-9._@]{0,62}[a-zA-Z0-9])?$/, 'a name is 1 to 64 letters, digits, or . _ - @ between them');
const Namespace = z.string().regex(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/, 'this is no name of a namespace');

/** One token: whose it is, and what it opens. The file holds no secret: only the SHA-256 of the token, in hexadecimal. */
export const TokenEntry = z
  .strictObject({
    name: Name,
    tokenSha256: z.string().regex(/^[0-9a-f]{64}$/, 'this is no SHA-256 of a token: 64 hexadecimal digits in lower case'),
    role: z.enum(roles),
    /** The role holds in these only; in the whole cluster when missing. */
    namespaces: z.array(Namespace).min(1, 'name a namespace, or leave the key out for the whole cluster').readonly().optional(),
    /** In epoch milliseconds; written as RFC 3339. */
    expiresAt: z.iso
      .datetime({ offset: true, error: 'write the instant as 2026-12-31T00:00:00Z' })
      .transform((text) => Date.parse(text))
      .optional(),
  })
  .readonly();
export type TokenEntry = z.infer<typeof TokenEntry>;

const TokenFile = z.array(TokenEntry, { error: 'a token file is a list of { name, tokenSha256, role, namespaces, expiresAt }' });

/** Reads a token file as it stands now. Throws `bad-config` that names the file, the entry, what is wrong and how to mend it. */
export function readTokenFile(path: string): readonly TokenEntry[] {
  const parsed = TokenFile.safeParse(contentOf(path));
  if (!parsed.success) throw broken(path, parsed.error.issues.map(explain).join('; '));
  const twice = parsed.data.find((entry, index) => parsed.data.findIndex((other) => other.tokenSha256 === entry.tokenSha256) !== index);
  if (twice) throw broken(path, `two entries have the token of ${twice.name}: one token is one person's`);
  return parsed.data;
}

function contentOf(path: string): unknown {
  try {
    const { size, mode } = statSync(path);
    if (size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`);
    if ((mode & OTHERS_MAY_WRITE) !== 0) throw new Error('everybody on this machine may write to it: chmod o-w');
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw broken(path, `it cannot be read (${error instanceof Error ? error.message : String(error)})`, error);
  }
}

function explain({ path: [index, ...rest], message }: z.core.$ZodIssue): string {
  if (typeof index !== 'number') return message;
  return [`entry ${index + 1}`, ...(rest.length > 0 ? [rest.join('.')] : []), message].join(': ');
}

function broken(path: string, what: string, cause?: unknown): CoreError {
  return new CoreError('bad-config', `http.tokenFile ${path}: ${what}; ${MEND}`, { cause });
}
