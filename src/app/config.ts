import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { AlertMapping } from '../adapters/sources/alertmanager/alert-mapping.ts';
import { CoreError } from '../core/errors.ts';
import { modes } from '../core/plugins.ts';
import { guards } from '../guards/index.ts';
import { Duration } from './duration.ts';
import { FlowsConfig } from './flows/flows-config.ts';
import { HttpConfig } from './http-config.ts';
import { LogsConfig } from './logs-config.ts';
import { OtlpConfig, RemoteWriteConfig } from './receivers-config.ts';
import { SeriesConfig } from './series-config.ts';
import { MetricsConfig, PrometheusConfig } from './sources-config.ts';

/** One key per guard, each with that guard's own schema. */
const GuardOptions = z.strictObject(Object.fromEntries(guards.map((guard) => [guard.name, z.unknown().default({})])));

/** Everything that can be configured; see docs/configuration.md. */
export const Config = z.strictObject({
  mode: z.enum(modes).default('ask'),
  dryRun: z.boolean().default(false),
  stateDir: z.string().default('.kubemend'),
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
  cluster: z.string().default('default'),
  /** The namespace of kubemend's own accounts and Lease. */
  ownNamespace: z.string().default('kubemend'),
  /** Only these namespaces are acted in (and looked at); none means: those with the label kubemend.dev/scope=enabled. */
  namespaces: z.array(z.string()).default([]),
  log: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  detectEveryMs: Duration.prefault('5s'),
  gatherMs: Duration.prefault('5s'),
  approvalMs: Duration.prefault('15m'),
  stableMs: Duration.prefault('30s'),
  giveUpMs: Duration.prefault('1h'),
  actDeadlineMs: Duration.prefault('5m'),
  retentionMs: Duration.prefault('90d'),
  /** Where changes of incidents are told. */
  notify: z
    .strictObject({
      webhook: z.strictObject({ url: z.url(), bearerTokenFile: z.string().optional() }).optional(),
      /** Kubernetes events on the subject; unless said, all modes but `observe` and a dry run write them. */
      events: z.boolean().optional(),
    })
    .prefault({}),
  http: HttpConfig.prefault({}),
  /** What alerts speak about, by name: added to the defaults, or in place of one. */
  alerts: z.strictObject({ map: AlertMapping.default({}) }).prefault({}),
  series: SeriesConfig.prefault({}),
  /** A Prometheus that is polled. */
  prometheus: PrometheusConfig.optional(),
  /** The cluster's own metrics API, polled. */
  metrics: MetricsConfig.optional(),
  otlp: OtlpConfig.optional(),
  remoteWrite: RemoteWriteConfig.optional(),
  /** Flows of the network, by NetFlow or IPFIX. */
  netflow: FlowsConfig.optional(),
  logs: LogsConfig.optional(),
  guards: GuardOptions.prefault({}),
});
export type Config = z.infer<typeof Config>;

/** The environment variables that are read, and the key that each one sets. */
const VARIABLES = {
  KUBEMEND_MODE: 'mode',
  KUBEMEND_STATE_DIR: 'stateDir',
  KUBEMEND_KUBECONFIG: 'kubeconfig',
  KUBEMEND_CONTEXT: 'context',
  KUBEMEND_OWN_NAMESPACE: 'ownNamespace',
  KUBEMEND_LOG: 'log',
} as const;

/** Flag > environment > file > default. Throws `bad-config` that names the key, what is wrong and what is known instead. */
export function loadConfig(flags: Readonly<Record<string, unknown>>, env: Readonly<Record<string, string | undefined>>): Config {
  const { config: file, listen, record, prometheusUrl: url, promql, ...rest } = flags;
  const fromFile = typeof file === 'string' ? readConfigFile(file) : {};
  const fromEnv = Object.fromEntries(Object.entries(VARIABLES).flatMap(([name, key]) => (env[name] ? [[key, env[name]]] : [])));
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const http = listen === undefined ? {} : { http: { ...asMapping(fromFile.http), listen } };
  const series = record === undefined ? {} : { series: { ...asMapping(fromFile.series), record } };
  const prometheus = prometheusOf(asMapping(fromFile.prometheus), { url, promql });
  return checked(
    { ...fromFile, ...fromEnv, ...given, ...http, ...series, ...prometheus },
    typeof file === 'string' ? file : 'configuration',
  );
}

/** The section of the file, with the address and the queries of the command line. */
function prometheusOf(section: Record<string, unknown>, { url, promql }: { readonly url: unknown; readonly promql: unknown }): object {
  if (url === undefined && promql === undefined) return {};
  const queries = promql === undefined ? {} : { queries: { ...asMapping(section.queries), ...asMapping(promql) } };
  return { prometheus: { ...section, ...(url !== undefined && { url }), ...queries } };
}

function asMapping(value: unknown): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).safeParse(value).data ?? {};
}

function readConfigFile(path: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CoreError('bad-config', `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const mapping = z.record(z.string(), z.unknown()).safeParse(content ?? {});
  if (!mapping.success) throw new CoreError('bad-config', `${path} must be a mapping of keys to values`);
  return mapping.data;
}

function checked(given: Readonly<Record<string, unknown>>, where: string): Config {
  const parsed = Config.safeParse(given);
  if (!parsed.success) throw new CoreError('bad-config', `${where}: ${parsed.error.issues.map(explain).join('; ')}`);
  for (const guard of guards) {
    if ('trustedSeries' in asMapping(parsed.data.guards[guard.name]))
      throw new CoreError('bad-config', `${where}: guards.${guard.name}.trustedSeries: name the detectors in series.mayAct instead`);
    const options = guard.options.safeParse(parsed.data.guards[guard.name]);
    if (!options.success)
      throw new CoreError('bad-config', `${where}: guards.${guard.name}: ${options.error.issues.map(explain).join('; ')}`);
  }
  return parsed.data;
}

function explain(issue: z.core.$ZodIssue): string {
  const at = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return at === '' ? issue.message : `${at}: ${issue.message}`;
  const known = at === 'guards' ? guards.map((guard) => guard.name) : Object.keys(Config.shape);
  return issue.keys.map((key) => `unknown key ${at === '' ? '' : `${at}.`}${key}${suggestion(key, known)}`).join('; ');
}

/** The closest known word, if one is close enough to be meant. */
export function suggestion(word: string, known: readonly string[]): string {
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= Math.max(2, word.length / 3) ? ` (did you mean ${best.candidate}?)` : '';
}

/** Levenshtein's edit distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
}
