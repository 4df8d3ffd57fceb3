import { EventEmitter } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import colors from 'picocolors';
import { expect, it } from 'vitest';
import { atSecond, badRelease, demoStory, told } from '../../../test/fakes/demo-news.ts';
import { liveViewer } from './live-viewer.ts';

const ENTER = '\u001b[?1049h';
const LEAVE = '\u001b[?1049l';

class FakeTerminal extends EventEmitter {
  columns = 80;
  rows = 24;
  written = '';
  write(text: string): void {
    this.written += text;
  }
  /** What it was told since it was asked last. */
  taken(): string {
    const { written } = this;
    this.written = '';
    return written;
  }
}

function viewing() {
  const terminal = new FakeTerminal();
  return { terminal, viewer: liveViewer(terminal, colors.createColors(false)) };
}

it('draws on the second page, and leaves the whole story and the summary on the first', () => {
  const { terminal, viewer } = viewing();
  for (const news of demoStory()) viewer.hear(news);
  viewer.close();
  const [drawn = '', left = ''] = terminal.written.split(LEAVE);
  expect(drawn.startsWith(ENTER)).toBe(true);
  expect(drawn).toContain('zone-down');
  expect(left).toContain('bad-release  Deployment demo-bad-release/cart  12:00:10');
  expect(left).toContain('All as expected: 2 faults');
  expect(stripVTControlCharacters(left)).toBe(left);
});

it('draws anew, in the new size, when the terminal changes its size', () => {
  const { terminal, viewer } = viewing();
  const [set] = demoStory();
  if (set) viewer.hear(set);
  terminal.taken();
  terminal.columns = 40;
  terminal.emit('resize');
  const lines = stripVTControlCharacters(terminal.taken()).split('\r\n');
  expect(lines[0]).toContain('kubemend demo');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
  viewer.close();
});

it('gives the terminal back when it ends before the summary, and stays silent from then on', () => {
  const before = process.listenerCount('exit');
  const { terminal, viewer } = viewing();
  viewer.stop();
  expect(terminal.taken()).toContain('stopping in good order');
  viewer.close();
  expect(terminal.taken()).toContain(LEAVE);
  terminal.emit('resize');
  expect({ said: terminal.taken(), listening: terminal.listenerCount('resize'), exits: process.listenerCount('exit') }).toEqual({
    ...{ said: '', listening: 0, exits: before },
  });
});

it('tells in plain lines what happens after the summary', () => {
  const { terminal, viewer } = viewing();
  for (const news of demoStory()) viewer.hear(news);
  terminal.taken();
  viewer.hear(told('opened', badRelease, { at: atSecond(400), phase: 'open' }));
  viewer.stop();
  expect(terminal.taken()).toBe('12:06:40  seen       bad-release: crash-loop (1 signal): it crashes\nstopping in good order\n');
  viewer.close();
});
