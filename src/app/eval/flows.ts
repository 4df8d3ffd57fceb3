import { CoreError } from '../../core/errors.ts';
import { clusterFindings } from './flows/cluster-findings.ts';
import { type FlowFile, flowFiles } from './flows/flow-files.ts';
import { findingsOf } from './flows/flow-study.ts';
import { studyByDay, studyByOrder } from './flows/labelled-study.ts';
import type { EvaluationInput, EvaluationTask, Findings } from './task.ts';

/** How well floods and scans are told from good flows, learning from what came earlier. */
export const flows: EvaluationTask = {
  name: 'flows',
  about: 'floods and scans in network flows, in the shapes of CICFlowMeter, KDD Cup 1999 and NSL-KDD: macro-F1, false positives',
  async evaluate(input) {
    const files = flowFiles(input.dataDir);
    const layouts = [...new Set(files.map(({ layout }) => layout))];
    if (layouts.length > 1)
      throw new CoreError(
        'bad-usage',
        `--data: ${input.dataDir}: there are files of ${layouts.join(' and ')}; put each data set into a folder of its own`,
      );
    for (const [n, { name }] of files.entries()) input.onProgress({ name, number: n + 1, of: files.length });
    return findings(files, input);
  },
};

function findings(files: readonly FlowFile[], input: EvaluationInput): Findings {
  if (files[0]?.layout !== 'cicflowmeter') return findingsOf(studyByOrder(files, input.limit), input);
  return files.every(isNumbered) ? clusterFindings(files, input) : findingsOf(studyByDay(files, input.limit), input);
}

/** Captures in a cluster have scenarios by number, 0 for none, and no kinds of attack. */
function isNumbered({ columns, rows }: FlowFile): boolean {
  const at = columns.indexOf('Label');
  return rows.every((row) => /^\d+$/.test(row[at] ?? ''));
}
