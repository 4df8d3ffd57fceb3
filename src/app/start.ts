import { actions } from '../actions/index.ts';
import type { KubernetesCluster } from '../adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { fileEvidence } from '../adapters/evidence/files.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { jsonLogger } from '../adapters/system/logger.ts';
import type { Context } from '../core/context.ts';
import { CoreError } from '../core/errors.ts';
import type { ResourceRef } from '../core/model/resource.ts';
import { nap } from '../core/nap.ts';
import type { Plugins, SeriesDetector } from '../core/plugins.ts';
import type { Clock, EvidenceStore, Logger, Store } from '../core/ports.ts';
import { defineSeriesDetector } from '../detectors/define-series-detector.ts';
import { detectors, seriesDetectors } from '../detectors/index.ts';
import { diagnosers } from '../diagnosers/index.ts';
import { guards } from '../guards/index.ts';
import { openAlertBook } from './alerts/alert-book.ts';
import { meteredLoop, meteredStore } from './api/metrics/metered.ts';
import type { MeterParts, Meters } from './api/metrics/meters.ts';
import type { Config } from './config.ts';
import { type Door, openDoor } from './door.ts';
import { httpSettings } from './http-config.ts';
import { type Loop, loopOf, type Sickbay } from './loop.ts';
import { openNotifiers } from './notifiers.ts';
import { notifyingStore } from './notifying-store.ts';
import { openCluster } from './open-cluster.ts';
import { openStore } from './open-store.ts';
import { openScaleUps } from './scale-ups.ts';
import { type AllSources, allSources } from './series/all-sources.ts';
import { openSeries } from './series/open-series.ts';
import type { SeriesDesk } from './series/series-desk.ts';
import { watchedReader } from './watched-reader.ts';

/** The running controller: what it is made of, and its loop. */
export interface App {
  readonly context: Context;
  readonly loop: Loop;
  readonly cluster: Pick<KubernetesCluster, 'describe' | 'waitForSync'>;
  /** Opens the HTTP entrance, if the configuration names an address, and says where. Throws `bad-config`. */
  listen(): Promise<string | undefined>;
  /** Works until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
  /** Stops what was started, in reverse order. */
  stop(): Promise<void>;
}

/** What may be passed in instead of the embedded default; tests wrap these. */
export interface Parts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Store;
  readonly evidence: EvidenceStore;
  readonly cluster: KubernetesCluster;
  /** Where samples come from, and who looks at them. */
  readonly sources: AllSources;
  readonly seriesDetectors: readonly SeriesDetector[];
  /** What incidents are opened and moved on for; everything in scope if it is not given. */
  readonly inFocus: (ref: ResourceRef) => boolean;
  /** The last word on the finished context. */
  readonly adapt: (context: Context) => Context;
}

/** Opens everything that the configuration names and wires it; what is given replaces it. Throws with what, where and how to mend it. */
export async function startApp(config: Config, given: Partial<Parts> = {}): Promise<App> {
  const http = httpSettings(config.http, process.env);
  const clock = given.clock ?? systemClock;
  const log = given.log ?? jsonLogger(config.log);
  const truth = given.store ?? openStore(config, clock);
  const evidence = given.evidence ?? fileEvidence({ stateDir: config.stateDir });
  const book = await openAlertBook(truth, clock.now());
  // A dry run changes nothing at all: not even the Lease.
  const cluster = given.cluster ?? (await openCluster(config, { clock, log, standsForElection: !config.dryRun }));
  const notifiers = openNotifiers(config, { clock, log, cluster, scope: optionsOf('scope', config) });
  const sources = given.sources ?? (await allSources(config, { clock, log, cluster }));
  const lookers = given.seriesDetectors ?? seriesDetectors;
  const series = openSeries(config, { clock, log, cluster: cluster.reader, sources, detectors: lookers });
  const meters = http && (await metersOf({ clock, store: truth, cluster: cluster.reader, election: cluster.election }, series));
  const store = notifyingStore(meters ? meteredStore(truth, meters) : truth, notifiers.all, { clock, log, signal: notifiers.signal });
  const sickbay: Sickbay = { report: undefined };
  let door: Door | undefined;
  const scaleUps = openScaleUps(store, clock);
  const reader = watchedReader(cluster.reader, {
    store,
    scaleUps: () => scaleUps.current(),
    alerts: () => book.current(clock.now()),
    ...(series && { readings: () => [...series.readings(), ...(sources.readings?.() ?? [])] }),
  });
  const wired: Context = {
    ...{ clock, log, store, evidence, cluster: reader, tryout: cluster.preview, writer: cluster.writer, election: cluster.election },
    ...pluginsOf(config, series ? lookers : []),
    settings: settingsOf(config),
    sick: () => sickbay.report,
  };
  const context = given.adapt?.(wired) ?? wired;
  const inScope = ({ namespace }: ResourceRef) =>
    config.namespaces.length === 0 || namespace === undefined || config.namespaces.includes(namespace);
  const bareLoop = scaleUps.readBefore(loopOf(context, sickbay, { inScope, inFocus: given.inFocus ?? (() => true) }));
  const loop = meters ? meteredLoop(bareLoop, meters, clock) : bareLoop;
  return {
    context,
    loop,
    cluster,
    async listen() {
      door ??= http && meters && (await openDoor(http, { config, context, book, cluster, meters }));
      return door?.url;
    },
    run: (signal) => together(signal, (both) => [run(loop, context, config, both), series?.run(both)]),
    async stop() {
      await door?.stop();
      await notifiers.stop();
      await series?.stop();
      await sources.close();
      await cluster.stop();
      await store.close();
    },
  };
}

async function metersOf(
  parts: Pick<MeterParts, 'clock' | 'store' | 'cluster' | 'election'>,
  series: SeriesDesk | undefined,
): Promise<Meters> {
  const { openMeters } = await import('./api/metrics/meters.ts'); // loaded on use, as the entrance is
  const names = (plugins: readonly { readonly name: string }[]) => plugins.map(({ name }) => name);
  return openMeters({ ...parts, actions: names(actions), guards: names(guards), ...(series && { series: () => series.standing() }) });
}

function pluginsOf(config: Config, series: readonly SeriesDetector[]): Plugins {
  const speaking = series.map((detector) => defineSeriesDetector(detector, config.series));
  return {
    detectors: [...detectors, ...speaking],
    diagnosers,
    actions,
    guards: guards.map((guard) => guard.bind(optionsOf(guard.name, config))),
  };
}

/** The named namespaces are opted in by naming them, and series that may act are trusted by the guards of evidence. */
function optionsOf(guard: string, config: Config): unknown {
  const options = config.guards[guard];
  if (guard === 'evidence-trust' || guard === 'evidence-age')
    return { ...(typeof options === 'object' && options), trustedSeries: config.series.mayAct };
  return guard === 'scope' && config.namespaces.length > 0
    ? { namespaces: config.namespaces, ...(typeof options === 'object' && options) }
    : options;
}

function settingsOf(config: Config): Context['settings'] {
  const { ownNamespace, gatherMs, approvalMs, stableMs, giveUpMs, actDeadlineMs } = config;
  const mode = config.dryRun && (config.mode === 'ask' || config.mode === 'auto') ? 'suggest' : config.mode;
  return { mode, ownNamespace, gatherMs, approvalMs, stableMs, giveUpMs, actDeadlineMs };
}

async function run(loop: Loop, { clock, log, store }: Context, config: Config, signal: AbortSignal): Promise<void> {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let prunedAt = clock.now();
  while (!signal.aborted) {
    try {
      if (clock.now() - lookedAt >= config.detectEveryMs) {
        lookedAt = clock.now();
        await loop.look();
      }
      const { nextInMs } = await loop.mend();
      if (clock.now() - prunedAt > 3_600_000) {
        prunedAt = clock.now();
        await store.prune(clock.now() - config.retentionMs);
      }
      await nap(clock, Math.max(50, Math.min(nextInMs ?? 1_000, 1_000)), signal);
    } catch (error) {
      if (!(error instanceof CoreError)) throw error;
      log.error('not acting', { code: error.code, error: error.message });
      await nap(clock, 5_000, signal);
    }
  }
}

/** Works on several things until the signal is aborted; when one of them breaks the others are ended too. */
async function together(signal: AbortSignal, work: (both: AbortSignal) => readonly (Promise<void> | undefined)[]): Promise<void> {
  const broken = new AbortController();
  const jobs = work(AbortSignal.any([signal, broken.signal]));
  try {
    await Promise.all(jobs);
  } finally {
    broken.abort();
    await Promise.allSettled(jobs);
  }
}
