const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const CLEAR_LINE = '\u001b[K';
const CLEAR_REST = '\u001b[J';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';

/** The second page of a terminal, to draw pictures on. */
export interface Screen {
  paint(lines: readonly string[]): void;
  /** Gives the terminal back as it was: its own page, its cursor, its wrapping. Safe to call twice. */
  close(): void;
}

/** The end of the process, as `process` tells it. */
interface Life {
  on(event: 'exit', listener: () => void): unknown;
  off(event: 'exit', listener: () => void): unknown;
}

/** Opens the second page of the terminal. It is closed at the latest when the process ends, however that comes about, short of SIGKILL. */
export function openScreen(terminal: { write(text: string): unknown }, life: Life): Screen {
  let isOpen = true;
  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    life.off('exit', close);
    terminal.write(LEAVE);
  }
  life.on('exit', close);
  terminal.write(ENTER);
  return {
    paint(lines) {
      if (!isOpen) return;
      const cleared = lines.map((line, index) => `${index === lines.length - 1 ? CLEAR_REST : CLEAR_LINE}${line}`);
      terminal.write(`\u001b[H${cleared.join('\r\n')}`);
    },
    close,
  };
}
