import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';

const controller = join(import.meta.dirname, '../doomed-controller.ts');
const Exit = z.tuple([z.number().nullable(), z.string().nullable()]);
const Lived = z.object({
  points: z.array(z.string()),
  incidents: z.array(z.object({ id: z.string(), phase: z.string(), reason: z.string().optional() })),
});

/** What one process of a doomed controller said and how it ended. */
export interface DoomedLife {
  readonly code: number | null;
  readonly signal: string | null;
  /** The point at which it killed itself. */
  readonly diedAt: string | undefined;
  /** The intents whose commit it was told to be durable. */
  readonly acknowledged: readonly string[];
  /** When it first led, by its own clock. */
  readonly ledAt: number | undefined;
  /** What it saw at its end; undefined when it was killed. */
  readonly lived: z.infer<typeof Lived> | undefined;
  readonly output: string;
}

/** Runs one controller in a process of its own to its end, by itself or by its own hand. */
export async function liveDoomed(doom: Readonly<Record<string, unknown>>, env: Readonly<Record<string, string>>): Promise<DoomedLife> {
  const child = spawn(process.execPath, [controller], {
    env: { ...process.env, ...env, DOOM: JSON.stringify(doom) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [said, complained] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complained += text;
  });
  const [code, signal] = Exit.parse(await once(child, 'close'));
  const all = (word: string) =>
    said.split('\n').flatMap((line): unknown[] => (line.startsWith(`${word} `) ? [JSON.parse(line.slice(word.length))] : []));
  return {
    code,
    signal,
    diedAt: z.string().optional().parse(all('doomed')[0]),
    acknowledged: z.array(z.string()).parse(all('acknowledged')),
    ledAt: z.number().optional().parse(all('leading')[0]),
    lived: Lived.optional().parse(all('lived')[0]),
    output: `${said}${complained}`,
  };
}
