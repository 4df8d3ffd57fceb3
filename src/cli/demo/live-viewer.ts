import { hear, nothingYet } from './demo-state.ts';
import type { DemoViewer } from './demo-viewer.ts';
import type { Colors } from './layout.ts';
import { liveView } from './live-view.ts';
import { plainViewer } from './plain-viewer.ts';
import { openScreen } from './screen.ts';
import { summary, wholeStory } from './summary.ts';

const FRAME_MS = 120;

/** A terminal, as `process.stdout` is one; its size is unknown while it is 0 or undefined. */
interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** A viewer for a terminal: a picture that changes in place until the demo is finished, then the whole story and the summary to read and scroll. */
export function liveViewer(terminal: Terminal, colors: Colors): DemoViewer {
  const screen = openScreen(terminal, process);
  let state = nothingYet;
  let heardAt = performance.now();
  let frame = 0;
  let isStopping = false;
  const size = () => ({ columns: terminal.columns || 80, rows: terminal.rows || 24 });
  const paint = () => screen.paint(liveView(state, { colors, ...size(), frame, sinceNewsMs: performance.now() - heardAt, isStopping }));
  const ticking = setInterval(() => {
    frame += 1;
    paint();
  }, FRAME_MS);
  terminal.on('resize', paint);
  paint();
  const afterwards = plainViewer((text) => terminal.write(text), colors);
  function close(): void {
    clearInterval(ticking);
    terminal.off('resize', paint);
    screen.close();
  }
  return {
    hear(news) {
      if (state.report) return afterwards.hear(news);
      state = hear(state, news);
      heardAt = performance.now();
      if (news.is !== 'finished') return paint();
      close();
      const style = { colors, columns: size().columns };
      terminal.write(`${[...wholeStory(state, style), ...summary(state, news.report, style)].join('\n')}\n`);
    },
    stop() {
      isStopping = true;
      if (state.report) afterwards.stop();
      else paint();
    },
    close,
  };
}
