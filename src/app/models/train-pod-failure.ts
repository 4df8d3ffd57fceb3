import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { runEvaluation } from '../eval/run-evaluation.ts';
import type { Evaluation } from '../eval/task.ts';

/** What came of learning to tell failures of pods in advance. */
export interface PodFailureReport {
  readonly file: string;
  /** True while it surely beats what learns nothing, and the label cannot be read off its own row. */
  readonly use: boolean;
  /** Figures, lead time, leaks by name, and what was left out, in words. */
  readonly evidence: readonly string[];
  readonly metrics: Evaluation['metrics'];
  readonly interval95: Evaluation['interval95'];
  readonly baselines: Evaluation['baselines'];
  /** Where this report is written. */
  readonly reportFile: string;
}

/**
 * Fits trees and a logistic regression to the earlier rows of a CSV with a column of failures, and measures them on the later ones, beside
 * persistence: what `eval pod-failure` does, for one file. Throws `bad-usage` for a file without such a column.
 */
export async function trainPodFailure(input: string, outputDir: string): Promise<PodFailureReport> {
  const dataDir = mkdtempSync(join(tmpdir(), 'kubemend-pod-failure-'));
  try {
    symlinkSync(resolve(input), join(dataDir, basename(input)));
    const { verdict, evidence = [], metrics, interval95, baselines } = await runEvaluation({ task: 'pod-failure', dataDir });
    const reportFile = join(outputDir, 'pod-failure.json');
    const report = { file: input, use: verdict === 'skill', evidence, metrics, interval95, baselines, reportFile };
    mkdirSync(outputDir, { recursive: true });
    writeFileSync(reportFile, `${JSON.stringify(report, null, 2)}\n`);
    return report;
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
