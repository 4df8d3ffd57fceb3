import { newToken, type TokenWish } from '../../app/identity/new-token.ts';
import { print } from '../print.ts';

interface TokenFlags {
  readonly name: string;
  readonly role: string;
  readonly namespace?: readonly string[];
  readonly expires?: string;
}

/** `token new`: a token, shown this once, and the entry that lets it in. */
export function create(output: 'table' | 'json' | 'yaml', { name, role, namespace, expires }: TokenFlags): void {
  const wish: TokenWish = { name, role, ...(namespace && { namespaces: namespace }), ...(expires !== undefined && { expiresAt: expires }) };
  const made = newToken(wish);
  print(output, made, () =>
    [
      `the token, which is shown this once; give it to ${name}:`,
      `  ${made.token}`,
      'add to the file that http.tokenFile names (a running kubemend reads it anew by itself):',
      made.entry.trimEnd(),
    ].join('\n'),
  );
}
