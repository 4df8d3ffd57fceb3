import { asTemplate, current } from '../log-templates/template-table.ts';
import { createLogTemplateMiner } from '../log-templates.ts';
import { createPodLog, type LogJudgement, type LogPattern, type LogPatternOptions, logPatternDefaults, type PodLog } from './pod-log.ts';

/** One odd thing about the log of one pod, in the window that ended. */
export interface LogFinding {
  readonly pod: string;
  readonly pattern: LogPattern;
  /** Figures in words; without text of the log. */
  readonly summary: string;
  /** The number of the kind of line that it is about. */
  readonly id: number;
  /** The kind of line, with `<*>` for what varies: text that anybody may have written. */
  readonly template: string;
}

/** A line of a pod's log. */
export interface PodLine {
  /** Tells pods apart. */
  readonly pod: string;
  readonly text: string;
  readonly isError: boolean;
}

/** Watches the logs of many pods, in windows that its owner ends; holds no clock. */
export interface LogPatternWatch {
  /** Counts a line; whether nobody wrote one of its kind before. */
  take(line: PodLine): { readonly isNew: boolean };
  /** Ends a window for all pods, and says what was odd in it. */
  close(): readonly LogFinding[];
}

/** Pods at once; the lines of more are mined for templates, and not counted. */
const MOST_PODS = 2_000;
/** A pod that wrote nothing in so many windows is forgotten. */
const REMEMBERED_WINDOWS = 60;

/** More pods than these, and a larger share of all, in which lines vanish at once are a change of traffic. */
const MOST_LOSING = 2;
const SHARE_LOSING = 0.02;

/** Makes a watch that has read nothing. */
export function createLogPatternWatch(given: Partial<LogPatternOptions> = {}): LogPatternWatch {
  const options = { ...logPatternDefaults, ...given };
  const miner = createLogTemplateMiner();
  const pods = new Map<string, PodLog>();

  function logOf(pod: string): PodLog | undefined {
    const known = pods.get(pod);
    if (known || pods.size >= MOST_PODS) return known;
    const made = createPodLog(options);
    pods.set(pod, made);
    return made;
  }
  return {
    take({ pod, text, isError }) {
      const template = miner.add(text);
      const isNew = template.lines === 1;
      logOf(pod)?.add({ template, isError, isNew });
      return { isNew };
    },
    close() {
      const told = [...pods].map(([pod, log]) => ({ pod, judgements: log.close() }));
      for (const [pod, log] of pods) if (log.silence() > REMEMBERED_WINDOWS) pods.delete(pod);
      const isTraffic = isChangeOfTraffic(told, pods.size);
      return told.flatMap(({ pod, judgements }) => {
        const own = isTraffic ? judgements.filter(({ pattern }) => pattern !== 'vanished-log-template') : judgements;
        return own.map(({ pattern, summary, template }) => {
          const { id, text } = asTemplate(current(template));
          return { pod, pattern, summary, id, template: text };
        });
      });
    },
  };
}

/** Lines that vanish in many pods at once say that nobody calls for them any more, and nothing about one of the pods. */
function isChangeOfTraffic(told: readonly { readonly judgements: readonly LogJudgement[] }[], pods: number): boolean {
  const losing = told.filter(({ judgements }) => judgements.some(({ pattern }) => pattern === 'vanished-log-template'));
  return losing.length > Math.max(MOST_LOSING, SHARE_LOSING * pods);
}
