import type { Tally } from '../tally.ts';
import { createRecentMap } from './recent-map.ts';
import type { Template } from './template.ts';

/** The templates of all exporters, in bounded room, each for a limited time. */
export interface TemplateMemory {
  /** Undefined: never told, withdrawn, or too long ago. */
  get(domain: string, id: number, now: number): Template | undefined;
  put(domain: string, template: Template, now: number): void;
  withdraw(domain: string, id: number): void;
  /** All of a kind, or all. */
  withdrawAll(domain: string, kind?: { readonly isOptions: boolean }): void;
}

/** Makes an empty memory; a template that is not told again for `lifetimeMs` is forgotten (RFC 7011, section 8.4). */
export function createTemplateMemory(
  { lifetimeMs, most }: { readonly lifetimeMs: number; readonly most: number },
  tally: Tally,
): TemplateMemory {
  const known = createRecentMap<{ readonly template: Template; readonly at: number }>(most, () => tally.add('too many templates'));
  const keyOf = (domain: string, id: number) => `${domain}#${id}`;
  return {
    get(domain, id, now) {
      const key = keyOf(domain, id);
      const found = known.get(key);
      if (found === undefined || now - found.at <= lifetimeMs) return found?.template;
      known.delete(key);
      return undefined;
    },
    put(domain, template, now) {
      const key = keyOf(domain, template.id);
      const before = known.get(key)?.template;
      if (before !== undefined && before.print !== template.print) tally.add('redefined template');
      known.set(key, { template: before?.print === template.print ? before : template, at: now });
    },
    withdraw: (domain, id) => known.delete(keyOf(domain, id)),
    withdrawAll(domain, kind) {
      const prefix = keyOf(domain, 0).slice(0, -1);
      for (const [key, { template }] of [...known.entries()])
        if (key.startsWith(prefix) && (kind === undefined || template.isOptions === kind.isOptions)) known.delete(key);
    },
  };
}
