import { isIP } from 'node:net';
import { textAt } from './fields.ts';

/** The IP addresses of entries that name one as `ip` or `address`, each once; undefined where there is none. `None` is no address. */
export function addressesOf(entries: readonly unknown[]): readonly string[] | undefined {
  const named = entries.flatMap((entry) => (typeof entry === 'string' ? entry : (textAt(entry, 'ip') ?? textAt(entry, 'address') ?? [])));
  const addresses = [...new Set(named.filter((text) => isIP(text) !== 0))];
  return addresses.length > 0 ? addresses : undefined;
}
