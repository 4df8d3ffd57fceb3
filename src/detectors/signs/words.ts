const utc = new Intl.DateTimeFormat('sv-SE', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'medium' });

/** An instant (epoch milliseconds) as a person reads it: `2026-11-21 00:23:03 UTC`; `an unknown time` when it is not known. */
export function instant(at: number | undefined): string {
  return at === undefined ? 'an unknown time' : `${utc.format(at)} UTC`;
}

const units = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1000 },
] as const;

/** A duration (milliseconds) as a person reads it, in its two largest units: `2 h 5 min`. */
export function duration(ms: number): string {
  const parts: string[] = [];
  let left = Math.max(0, Math.round(ms / 1000) * 1000);
  for (const unit of units) {
    const count = Math.floor(left / unit.ms);
    left -= count * unit.ms;
    if (count > 0) parts.push(`${count} ${unit.name}`);
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}

/** Free text from the cluster on one line, cut to 200 characters. */
export function oneLine(text: string | undefined): string {
  const line = (text ?? '').replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

/** An amount of memory in the binary unit that suits it: `48 MiB`. */
export function bytes(count: number): string {
  const unit = count >= 1024 ** 3 ? { name: 'GiB', size: 1024 ** 3 } : { name: 'MiB', size: 1024 ** 2 };
  return `${Math.round((count / unit.size) * 10) / 10} ${unit.name}`;
}
