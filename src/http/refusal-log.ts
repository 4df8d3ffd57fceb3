import type { Clock, Logger } from '../core/ports.ts';

/** So often at most refused senders are logged: whoever knocks in a loop must not fill the disk. */
const EVERY_MS = 10_000;

/** Where a sender came from, and why it was refused. */
export interface RefusedSender {
  readonly url: string;
  readonly from: string;
  readonly why: string;
}

/** Logs the first refused sender, and then at most one in ten seconds with how many there were since the last line. */
export function refusalLog({ clock, log }: { readonly clock: Clock; readonly log: Logger }): (sender: RefusedSender) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  let unsaid = 0;
  return (sender) => {
    const now = clock.now();
    unsaid += 1;
    if (now - saidAt < EVERY_MS) return;
    log.warn('sender refused', { ...sender, times: unsaid });
    saidAt = now;
    unsaid = 0;
  };
}
