/** Counts the stack traces in the lines of one writer. */
export interface TraceCounter {
  /** Takes the next line; true where it is sure for the first time that a trace is being written. */
  add(line: string): boolean;
}

/** Words that runtimes put before a trace, and before nothing else. */
const HEAD = /Traceback \(most recent call last\)|^goroutine \d+ \[|^Exception in thread |\bpanicked at |^stack backtrace:|^panic: /;
/** A frame is indented, or numbered, with a place: `at f (x.js:1)`, `File "x.py", line 1`, `x.go:1 +0x1d`, `#0 x.php(1)`, `from x.rb:1:in`. */
const FRAME = /^(?:\s+(?:at|from)\s+\S|\s+File ".*", line \d|\s+\S+:\d+(?: \+0x[\da-f]+)?$|\s*#\d+\s+\S|\s+\d+:\s+\S)/;
/** A logger that writes a record in one line writes the line breaks of a trace as signs. */
const FRAMES_WITHIN = /(?:\n|\\n)(?:\s|\\t)*(?:at \S|File \\?"[^"]*", line \d)/g;
/** What stands between frames. A head may be followed by a message of one line. */
const GOES_ON = /^(?:\s|Caused by:|\.\.\. |$)/;
/** Two frames in a row are a trace; one indented line may be anything. */
const FEWEST_FRAMES = 2;
/** No line needs to be looked at further than this. */
const LONGEST = 8_192;

/** Makes a counter. It goes by the structure of a trace (a head, or frames in a row), and knows no system; its room is constant. */
export function createTraceCounter(): TraceCounter {
  let frames = 0;
  let isWithin = false;
  let isAfterHead = false;
  return {
    add(full) {
      const line = full.length > LONGEST ? full.slice(0, LONGEST) : full;
      const isHead = HEAD.test(line);
      const isFrame = FRAME.test(line);
      frames = isFrame ? frames + 1 : 0;
      const isTrace = isHead || frames >= FEWEST_FRAMES || framesWithin(line) >= FEWEST_FRAMES;
      const isNews = isTrace && !isWithin;
      isWithin = isTrace || (isWithin && (isAfterHead || isFrame || GOES_ON.test(line)));
      isAfterHead = isHead;
      return isNews;
    },
  };
}

function framesWithin(line: string): number {
  return line.includes('\n') || line.includes('\\n') ? (line.match(FRAMES_WITHIN)?.length ?? 0) : 0;
}
