import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { z } from 'zod';
import { CoreError } from '../core/errors.ts';

/** Shorter ones can be guessed. */
const MIN_LENGTH = 16;

/** Where a secret comes from: a file (a mounted Secret), or a variable of the environment; never the configuration itself. */
export const SecretSource = z.union([z.strictObject({ file: z.string().min(1) }), z.strictObject({ env: z.string().min(1) })]);
export type SecretSource = z.infer<typeof SecretSource>;

/** A text that prints as `<redacted>`, wherever it is printed. */
export class Secret {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  /** The text itself, for the one place that needs it. */
  reveal(): string {
    return this.#text;
  }
  /** Compares in a time that tells nothing about the secret. */
  equals(other: string): boolean {
    return timingSafeEqual(digest(this.#text), digest(other));
  }
  toString(): string {
    return '<redacted>';
  }
  toJSON(): string {
    return '<redacted>';
  }
  [inspect.custom](): string {
    return '<redacted>';
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Reads a secret once. Throws `bad-config`, naming the key and the source but never the text, when it is missing or too short. */
export function readSecret(key: string, source: SecretSource, env: Readonly<Record<string, string | undefined>>): Secret {
  const text = 'file' in source ? fileText(key, source.file) : env[source.env];
  const from = 'file' in source ? `file ${source.file}` : `environment variable ${source.env}`;
  if (text === undefined) throw new CoreError('bad-config', `${key}: ${from} is not set`);
  const trimmed = text.replace(/\r?\n$/, '');
  if (trimmed.length < MIN_LENGTH)
    throw new CoreError('bad-config', `${key}: what ${from} holds is too short: at least ${MIN_LENGTH} characters are needed`);
  return new Secret(trimmed);
}

function fileText(key: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CoreError('bad-config', `${key}: ${file} cannot be read (${error instanceof Error ? error.message : String(error)})`, {
      cause: error,
    });
  }
}
