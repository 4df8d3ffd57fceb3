import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CoreError } from '../../core/errors.ts';
import { type Insight, PodInsights } from '../insights/insight.ts';

/** The insights that are worth looking into: those that alert and are sure enough. Throws `bad-usage` for a file that is none of insights. */
export function insightsIn(file: string, confidenceThreshold: number): readonly Insight[] {
  const parsed = PodInsights.safeParse(contentOf(file));
  if (!parsed.success) {
    throw new CoreError('bad-usage', `${file} is no file of insights as \`kubemend watch\` writes it: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data.insights.filter(({ alert, probability }) => alert && probability >= confidenceThreshold);
}

function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CoreError('bad-usage', `${file} cannot be read as JSON: ${why}; \`kubemend watch --input-file FILE.csv\` makes such a file`, {
      cause: error,
    });
  }
}
