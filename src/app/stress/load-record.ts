import { newsIn } from './load-script.ts';
import { plainWords } from './plain-words.ts';

/** What a load has said of itself so far. */
export interface LoadRecord {
  readonly hasEnded: boolean;
  readonly afterMs: number;
  /** CPU time since the start, by the kernel's account. */
  readonly usedSeconds: number;
  /** Over the last second or so. */
  readonly cores: number;
  readonly memoryHeldBytes: number;
  /** What a shell complained of. */
  readonly complaint: string;
}

/** No line of the load is longer. */
const LONGEST_LINE = 10_000;

/** Takes the load's output in pieces of any size, and tells `onNews` after each line that says something new. */
export function createLoadRecord(onNews: (record: LoadRecord) => void): { take(text: string): void; read(): LoadRecord } {
  let rest = '';
  let record: LoadRecord = { hasEnded: false, afterMs: 0, usedSeconds: 0, cores: 0, memoryHeldBytes: 0, complaint: '' };
  return {
    take(text) {
      const lines = (rest + text).split('\n');
      rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
      for (const line of lines) {
        record = after(record, line);
        if (newsIn(line)) onNews(record);
      }
    },
    read: () => record,
  };
}

function after(before: LoadRecord, line: string): LoadRecord {
  const news = newsIn(line);
  switch (news?.is) {
    case 'held':
      return { ...before, memoryHeldBytes: news.memoryBytes };
    case 'used': {
      const spanMs = news.afterMs - before.afterMs;
      const cores = spanMs > 0 ? ((news.usedSeconds - before.usedSeconds) * 1_000) / spanMs : before.cores;
      return { ...before, afterMs: news.afterMs, usedSeconds: news.usedSeconds, cores };
    }
    case 'ended':
      return { ...before, hasEnded: true, afterMs: news.afterMs };
    case 'started':
      return before;
    case undefined:
      return { ...before, complaint: plainWords(`${before.complaint} ${line}`) };
  }
}
