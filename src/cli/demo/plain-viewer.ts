import type { DemoNews } from '../../app/demo/news.ts';
import { hear, nothingYet } from './demo-state.ts';
import type { DemoViewer } from './demo-viewer.ts';
import type { Colors } from './layout.ts';
import { storyLine } from './story-line.ts';
import { storyText } from './story-text.ts';
import { summary } from './summary.ts';

/** Nothing is wrapped or left out: a log is searched line by line. */
const UNLIMITED = Number.POSITIVE_INFINITY;
const EVERYTHING = { sentence: UNLIMITED, points: UNLIMITED, point: UNLIMITED };
const TABLE_COLUMNS = 120;

/** A viewer for pipes and logs: each piece of news as it comes, one line for each sentence, and the summary at the end. */
export function plainViewer(write: (text: string) => void, colors: Colors): DemoViewer {
  let state = nothingYet;
  const say = (lines: readonly string[]) => {
    for (const line of lines) write(`${line.trimEnd()}\n`);
  };
  return {
    hear(news) {
      state = hear(state, news);
      const line = storyLine(news);
      if (news.is === 'set') say([headline(news)]);
      if (line) say(storyText(line, { colors, columns: UNLIMITED, limits: EVERYTHING, isNamed: true }));
      if (news.is === 'finished') say(['', ...summary(state, news.report, { colors, columns: TABLE_COLUMNS })]);
    },
    stop: () => say(['stopping in good order']),
    close: () => {},
  };
}

function headline({ nodes, workloads, seed, speed, faults }: Extract<DemoNews, { is: 'set' }>): string {
  const alike = faults.filter(({ isLookAlike }) => isLookAlike).length;
  return `a simulated cluster of ${nodes} nodes and ${workloads} workloads, seed ${seed}, ${speed} times as fast as the clock; faults to come: ${faults.length - alike}, beside ${alike} things that only look like one`;
}
