import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import colors from 'picocolors';
import { loadConfig } from '../../app/config.ts';
import type { Insight } from '../../app/insights/insight.ts';
import { insightsIn } from '../../app/remediate/insights-file.ts';
import { type Attendant, createFocus, remediate as lookInto } from '../../app/remediate/remediate.ts';
import { startApp } from '../../app/start.ts';
import type { Incident } from '../../core/model/incident.ts';
import { resourceName } from '../../core/model/resource.ts';
import { durationOf } from '../duration-of.ts';
import { numberOf } from '../number-of.ts';
import { print } from '../print.ts';
import { untilStopped } from '../until-stopped.ts';
import type { Common } from '../with-operator.ts';

interface RemediateFlags {
  readonly metricsFile: string;
  readonly confidenceThreshold: string;
  readonly watchInterval?: string;
  readonly dryRun?: boolean;
  readonly autoApprove?: boolean;
  readonly namespace?: readonly string[];
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly ownNamespace?: string;
}

/** `remediate`: looks into the pods that `watch` found, and mends what the guards and a person allow. */
export async function remediate(common: Common, flags: RemediateFlags): Promise<void> {
  const { metricsFile, kubeconfig, context, ownNamespace, dryRun, namespace } = flags;
  const threshold = numberOf(flags.confidenceThreshold, '--confidence-threshold', [0, 1]);
  const watchIntervalMs = flags.watchInterval === undefined ? undefined : durationOf(flags.watchInterval, '--watch-interval');
  insightsIn(metricsFile, threshold); // a wrong file is told before anything is opened
  const mode = flags.autoApprove ? 'auto' : 'ask';
  const common_ = { stateDir: common.stateDir, config: common.config };
  const config = loadConfig({ ...common_, kubeconfig, context, ownNamespace, dryRun, mode, namespaces: namespace }, process.env);
  const focus = createFocus();
  const result = await untilStopped(async (signal) => {
    const app = await startApp({ ...config, log: config.log === 'info' ? 'error' : config.log }, { inFocus: focus.contains });
    try {
      await app.cluster.waitForSync(AbortSignal.any([signal, AbortSignal.timeout(60_000)]));
      const parts = { app, focus, insights: () => insightsIn(metricsFile, threshold), by: `user:${userInfo().username}`, watchIntervalMs };
      return await lookInto({ ...parts, attendant: attendantFor(common, dryRun === true) }, signal);
    } finally {
      await app.stop();
    }
  });
  print(common.output, result, () => summaryOf(result.insights, result.incidents, dryRun === true));
}

/** Says everything on stderr, so that stdout stays the one document; asks only where somebody can answer. */
function attendantFor({ output }: Common, isDryRun: boolean): Attendant {
  const say = (text: string) => (output === 'table' ? process.stderr.write(`${text}\n`) : undefined);
  return {
    insight(insight, isThere) {
      say(`${colors.bold(`${insight.namespace}/${insight.pod}`)}  ${insight.anomaly} (${insight.probability.toFixed(2)}): ${insight.what}`);
      for (const why of insight.why) say(`    ${why}`);
      if (!isThere) say('    this pod is not there any more: nothing to do');
    },
    moved: (incident) => say(portrait(incident, isDryRun)),
    async ask(incident) {
      if (isDryRun || !process.stdin.isTTY || !process.stderr.isTTY) {
        say(`    to allow it: kubemend approve ${incident.id}`);
        return undefined;
      }
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      try {
        const answer = await terminal.question(`    may kubemend do this? ${incident.plan?.summary ?? ''} [y/N] `);
        return /^y(es)?$/i.test(answer.trim()) ? 'approved' : 'denied';
      } finally {
        terminal.close();
      }
    },
  };
}

function portrait(incident: Incident, isDryRun: boolean): string {
  const { phase, subject, plan, preview, verdict, reason, hypotheses } = incident;
  const [cause] = hypotheses;
  const lines = [`  ${resourceName(subject)}: ${phase}${reason === undefined ? '' : `, ${reason}`}`];
  if (phase === 'asked' || phase === 'denied') {
    if (cause) lines.push(`    cause: ${cause.cause}, ${Math.round(cause.confidence * 100)} %: ${cause.because.join('; ')}`);
    if (plan) lines.push(`    plan: ${plan.summary}`);
    if (preview)
      lines.push(
        `    preview: dry run ${preview.dryRun.answer}; takes ${preview.readyPodsTaken ?? '?'} of ${preview.readyPodsNow ?? '?'} ready pods`,
      );
    if (verdict && verdict.decision !== 'allow')
      lines.push(...verdict.reasons.map((why) => `    ${isDryRun ? 'would be held by' : verdict.decision} ${why}`));
  }
  return lines.join('\n');
}

function summaryOf(insights: readonly Insight[], incidents: readonly Incident[], isDryRun: boolean): string {
  if (insights.length === 0) return 'no insight alerts with that confidence: nothing to look into';
  if (incidents.length === 0) return 'the cluster shows nothing wrong with these pods now: nothing is done on the word of a file alone';
  const counted = Map.groupBy(incidents, ({ phase }) => phase);
  const phases = [...counted].map(([phase, all]) => `${all.length} ${phase}`).join(', ');
  return `${insights.length} insights, ${incidents.length} incidents: ${phases}${isDryRun ? '; nothing was changed (dry run)' : ''}`;
}
