import { createHash, timingSafeEqual } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Clock, Logger } from '../../core/ports.ts';
import { type IdentitySource, type Role, roles } from './identity.ts';
import { readTokenFile, type TokenEntry } from './token-file.ts';

/** So often at most the file is looked at. */
const LOOK_EVERY_MS = 1_000;
/** A shorter token can be guessed from its hash. */
const MIN_LENGTH = 16;

/** What a token file needs to be watched. */
export interface TokenFileParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

/**
 * The people of a token file. A change of the file holds within a second of the next question; a new file that is broken leaves the
 * last good one in force and is logged once. Throws `bad-config` when the first one is broken.
 */
export function tokenFileIdentity(file: string, parts: TokenFileParts): IdentitySource {
  const current = watchedEntries(file, parts);
  return {
    async identify(bearer) {
      if (bearer.length < MIN_LENGTH) return undefined;
      const digest = createHash('sha256').update(bearer).digest();
      const holder = entryOf(digest, current(), parts.clock.now());
      if (!holder) return undefined;
      return {
        name: `user:${holder.name}`,
        // Asked anew, so that who holds a connection for long loses with the entry what it gave.
        may: async (role, namespace) => allows(entryOf(digest, current(), parts.clock.now()), role, namespace),
      };
    },
  };
}

function watchedEntries(file: string, { clock, log }: TokenFileParts): () => readonly TokenEntry[] {
  let seen = stampOf(file);
  let entries = readTokenFile(file);
  let lookedAt = clock.now();
  return () => {
    const now = clock.now();
    if (Math.abs(now - lookedAt) < LOOK_EVERY_MS) return entries;
    lookedAt = now;
    const stamp = stampOf(file);
    if (stamp === seen) return entries;
    seen = stamp;
    try {
      entries = readTokenFile(file);
      log.info('token file read anew', { file, tokens: entries.length });
    } catch (error) {
      log.error('token file not taken: the last good one stays in force', { file, error: String(error) });
    }
    return entries;
  };
}

/** Tells one state of the file from another, also behind the symbolic links of a mounted Secret. */
function stampOf(file: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join();
  } catch (error) {
    return String(error); // reading it says the same, and is logged
  }
}

/** Looks at every entry, whichever fits, so that the time taken tells nothing. */
function entryOf(digest: Buffer, entries: readonly TokenEntry[], now: number): TokenEntry | undefined {
  const [found] = entries.filter((entry) => timingSafeEqual(Buffer.from(entry.tokenSha256, 'hex'), digest));
  return found && (found.expiresAt === undefined || now < found.expiresAt) ? found : undefined;
}

function allows(entry: TokenEntry | undefined, role: Role, namespace: string | undefined): boolean {
  if (!entry || roles.indexOf(entry.role) < roles.indexOf(role)) return false;
  return entry.namespaces === undefined || (namespace !== undefined && entry.namespaces.includes(namespace));
}
