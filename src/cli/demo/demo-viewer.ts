import type { DemoNews } from '../../app/demo/news.ts';

/** Somebody who shows a demo to a person. */
export interface DemoViewer {
  hear(news: DemoNews): void;
  /** The person has asked to end it. */
  stop(): void;
  /** Nothing more comes: the terminal is given back as it was. */
  close(): void;
}
