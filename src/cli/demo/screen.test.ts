import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { openScreen } from './screen.ts';

function opened() {
  const written: string[] = [];
  const life = new EventEmitter();
  const screen = openScreen({ write: (text) => written.push(text) }, life);
  return { written, life, screen };
}

const leave = '\u001b[?7h\u001b[?25h\u001b[?1049l';

it('takes the second page, hides the cursor, and gives both back once', () => {
  const { written, life, screen } = opened();
  screen.close();
  screen.close();
  life.emit('exit');
  expect(written).toEqual(['\u001b[?1049h\u001b[?25l\u001b[?7l', leave]);
});

it('gives the terminal back when the process ends without it', () => {
  const { written, life } = opened();
  life.emit('exit');
  expect(written.at(-1)).toBe(leave);
});

it('clears each line before it is drawn, so that a line as wide as the terminal keeps its last character, and all below the last', () => {
  const { written, screen } = opened();
  screen.paint(['one', 'two']);
  expect(written.at(-1)).toBe('\u001b[H\u001b[Kone\r\n\u001b[Jtwo');
});

it('paints nothing any more once it is closed', () => {
  const { written, screen } = opened();
  screen.close();
  screen.paint(['one']);
  expect(written.at(-1)).toBe(leave);
});
