import { isObject, type JsonValue } from '../json.ts';

const FNV_PRIME = 16_777_619;
const FNV_OFFSET = 2_166_136_261;
/** The letters that Kubernetes uses in generated names: no vowels, no look-alikes. */
const safe = 'bcdfghjklmnpqrstvwxz2456789';

/** A pod template's hash in the form of Kubernetes' labels; equal templates have equal hashes. `salt` tells collided ones apart. */
export function templateHash(template: JsonValue | undefined, salt = ''): string {
  let hash = FNV_OFFSET;
  for (const char of canonical(template) + salt) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), FNV_PRIME) >>> 0;
  return [...String(hash)].map((digit) => safe[digit.charCodeAt(0) % safe.length]).join('');
}

function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const sorted = fields.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${sorted.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join()}}`;
}
